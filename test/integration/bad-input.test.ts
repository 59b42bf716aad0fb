/** What the real server says to input that no room of it can be given alone. The rest stands with the rooms. */
import { symlink, truncate, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { zipSync } from 'fflate';
import Database from 'libsql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectOneClearLine, type Outcome, outcomeOf, startCommand } from '../support/command.js';
import { type FakeUpstream, startFakeUpstream } from '../support/fake-upstream.js';
import { type RunningServer, startNaraeServer } from '../support/narae.js';
import { TempFolder } from '../support/temp-folder.js';

const UPLOAD_LIMIT_BYTES = 100_000;

let folder: TempFolder;
let outside: TempFolder;
let server: RunningServer;

beforeAll(async () => {
  outside = new TempFolder({ 'secret.md': '# Salaries\n\nThe salary of the director is a palindrome.\n' });
  folder = new TempFolder({ 'leave.md': '# Leave\n\nEvery employee has 24 days of annual leave.\n' });
  await symlink(outside.at('secret.md'), folder.at('link.md'));
  await symlink(outside.path, folder.at('linked'));
  const args = ['--upload-limit-bytes', String(UPLOAD_LIMIT_BYTES)];
  server = await startNaraeServer({ folder: folder.path, args });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  folder.remove();
  outside.remove();
});

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly param: string | null };
}

async function post(path: string, body: string, contentType = 'application/json'): Promise<Response> {
  return fetch(server.url + path, { method: 'POST', headers: { 'content-type': contentType }, body });
}

async function upload(name: string, content: Uint8Array<ArrayBuffer> | string): Promise<Response> {
  const form = new FormData();
  form.append('files', new Blob([content]), name);
  return fetch(`${server.url}/v1/collections/default/documents`, { method: 'POST', body: form });
}

async function sourcesStored(): Promise<string[]> {
  const response = await fetch(`${server.url}/v1/collections/default/documents`);
  const { documents } = (await response.json()) as { documents: { source: string }[] };
  return documents.map(({ source }) => source);
}

describe('a body', () => {
  const CASES: readonly (readonly [string, string, string, number, string])[] = [
    ['cut off', '{"messages": [', 'application/json', 400, 'invalid_json'],
    ['empty', '', 'application/json', 400, 'invalid_json'],
    ['of another type', '[]', 'application/json', 400, 'invalid_request'],
    ['nested 100,000 deep', '['.repeat(100_000), 'application/json', 400, 'invalid_json'],
    ['that reaches for prototypes', '{"__proto__": {"k": 1}}', 'application/json', 400, 'invalid_json'],
    ['that says it is XML', '<a/>', 'text/xml', 415, 'unsupported_media_type'],
  ];
  test.each(CASES)('%s is refused', async (_, body, contentType, status, code) => {
    for (const path of ['/v1/chat/completions', '/v1/search']) {
      const response = await post(path, body, contentType);
      expect(response.status).toBe(status);
      expect(((await response.json()) as Failure).error).toMatchObject({ code });
    }
  });
});

test('a body sent without saying that it is JSON is told what it was taken for', async () => {
  const response = await post('/v1/chat/completions', '{}', 'application/x-www-form-urlencoded');
  const { error } = (await response.json()) as Failure;
  expect(error).toMatchObject({ code: 'unsupported_media_type', param: 'content-type' });
  expect(error.message).toContain('"application/x-www-form-urlencoded"');
});

describe('an upload', () => {
  test('of a file without a name is told to name it', async () => {
    const body =
      '--b\r\nContent-Disposition: form-data; name="files"\r\n' +
      'Content-Type: application/octet-stream\r\n\r\nx\r\n--b--\r\n';
    const path = '/v1/collections/default/documents';
    const response = await post(path, body, 'multipart/form-data; boundary=b');
    expect(response.status).toBe(400);
    expect(((await response.json()) as Failure).error).toMatchObject({
      code: 'invalid_request',
      param: 'files',
    });
  });

  test('over the limit is refused by name, and the next one is taken', async () => {
    const response = await upload('huge.txt', 'x'.repeat(UPLOAD_LIMIT_BYTES + 1));
    expect(response.status).toBe(413);
    const { error } = (await response.json()) as Failure;
    expect(error).toMatchObject({ code: 'body_too_large', param: 'huge.txt' });
    expect(error.message).toContain('server.uploadLimitBytes');
    expect((await upload('small.md', 'Lunch is at noon.')).status).toBe(201);
    expect(await sourcesStored()).toEqual(['leave.md', 'small.md']);
  });

  test('of a zip bomb is refused unopened', async () => {
    const bomb = zipSync({ 'word/document.xml': new Uint8Array(20_000_000) });
    expect(bomb.length).toBeLessThan(UPLOAD_LIMIT_BYTES);
    const body = await (await upload('bomb.docx', bomb as Uint8Array<ArrayBuffer>)).json();
    expect(body).toMatchObject({
      documents: [],
      failed: [{ source: 'bomb.docx', error: { code: 'file_unsafe' } }],
    });
  });
});

test('links that leave the folder are skipped with the reason, and nothing behind them is found', async () => {
  expect(server.output()).toMatch(/skipped +2 files: 2 symlink-outside/);
  const response = await post('/v1/search', JSON.stringify({ query: 'salary director palindrome' }));
  const { results } = (await response.json()) as { results: { text: string }[] };
  expect(results.filter(({ text }) => text.includes('palindrome'))).toEqual([]);
});

describe('a data folder whose database', () => {
  let data: TempFolder;
  afterEach(() => data.remove());

  async function broken(damage: (path: string) => Promise<void>): Promise<Outcome[]> {
    data = new TempFolder();
    await outcomeOf(startCommand(data.path, ['ingest', folder.path, '--data', data.path]));
    await damage(data.at('narae.db'));
    const runs = [
      ['serve', '--port', '0'],
      ['ask', 'leave?'],
      ['ingest', folder.path],
    ].map((args) => outcomeOf(startCommand(data.path, [...args, '--data', data.path])));
    return Promise.all(runs);
  }

  test.each([
    ['was cut short', (path: string) => truncate(path, 20_000), 'storage_damaged'],
    ['is something else', (path: string) => writeFile(path, 'x'.repeat(50_000)), 'storage_damaged'],
    ['was written by a newer version', raiseFormat, 'storage_newer'],
  ])('%s is left alone, with one clear error', async (_, damage, code) => {
    for (const outcome of await broken(damage)) {
      expectOneClearLine(outcome, code);
      expect(outcome.code).toBe(4);
    }
  });
});

async function raiseFormat(path: string): Promise<void> {
  const database = new Database(path);
  database.exec('UPDATE narae_formats SET format = 999');
  database.close();
}

test('with a key it serves the network, and asks for the key', async () => {
  const args = ['--host', '0.0.0.0'];
  const open = await startNaraeServer({
    folder: folder.path,
    args,
    env: { NARAE_API_KEYS: 'a-key-of-the-team' },
    untilReady: false,
  });
  const url = open.url.replace('0.0.0.0', '127.0.0.1');
  const models = (key?: string) =>
    fetch(`${url}/v1/models`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });
  expect((await models()).status).toBe(401);
  expect((await models('a-key-of-the-town')).status).toBe(401);
  expect((await models('a-key-of-the-team')).status).toBe(200);
  expect(await open.stop()).toBe(0);
});

describe('the log', () => {
  let upstream: FakeUpstream;
  let talkative: RunningServer;
  beforeAll(async () => {
    const echo = (status: number) => (response: ServerResponse, request: { body: unknown }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `cannot do ${JSON.stringify(request.body)}` } }));
    };
    const garbage = (response: ServerResponse, request: { body: unknown }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: {oops ${JSON.stringify(request.body)}\n\n`);
    };
    upstream = await startFakeUpstream({ 'echo-400': echo(400), 'echo-500': echo(500), garbage });
    const models = ['echo-400', 'echo-500', 'garbage'].map((name) => ({
      name,
      provider: 'openai',
      baseUrl: upstream.baseUrl,
      apiKey: 'sk-zyzzyva-upstream',
    }));
    talkative = await startNaraeServer({
      folder: folder.path,
      args: ['--log-level', 'debug'],
      env: { NARAE_LLM_MODELS: JSON.stringify(models), NARAE_API_KEYS: 'zyzzyva-of-ours' },
    });
  });
  afterAll(async () => {
    await talkative.stop();
    await upstream.close();
  });

  test('holds no question and no key, whatever goes wrong', async () => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer zyzzyva-of-ours' };
    const send = async (path: string, body: string, more: Record<string, string> = {}) => {
      const response = await fetch(talkative.url + path, {
        method: 'POST',
        headers: { ...headers, ...more },
        body,
      });
      await response.text();
      return response.status;
    };
    const ask = (model: string, stream: boolean) =>
      JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Who fed the zyzzyva?' }] });
    const statuses: number[] = [];
    for (const model of ['extractive', 'echo-400', 'echo-500', 'garbage', 'zyzzyva'])
      for (const stream of [false, true])
        statuses.push(await send('/v1/chat/completions', ask(model, stream)));
    statuses.push(await send('/v1/chat/completions', '{"messages": "zyzzyva" oops'));
    statuses.push(await send('/v1/search', '{"zyzzyva": 1}'));
    statuses.push(await send('/v1/search', '{"query": "zyzzyva", "mode": "zyzzyva"}'));
    statuses.push(await send('/v1/search', '{"query": "a"}', { authorization: 'Bearer zyzzyva-wrong' }));
    expect(statuses.slice(0, 4)).toEqual([200, 200, 400, 400]);
    expect(statuses.slice(-4)).toEqual([400, 400, 400, 401]);
    await talkative.stop();
    expect(talkative.output()).toContain('llm_rejected');
    expect(talkative.output()).toContain('llm_malformed');
    expect(talkative.output()).toContain('invalid_json');
    expect(talkative.output()).not.toMatch(/zyzzyva/i);
  });
});
