import { execFile } from 'node:child_process';
import { cp, rm, writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockLlm, startMockLlm } from '../../dist/lab/index.js';
import { eventually } from '../support/fault-lab.js';
import { CALM, ENDLESS, mockModels } from '../support/mock-models.js';
import {
  COMMAND,
  cleanEnvironment,
  HANDBOOK,
  type RunningServer,
  startNaraeServer,
  temporaryFolder,
} from '../support/narae.js';

const SLOW = 'mock:first_token_ms=300,token_ms=60,tokens=30';

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
type Json = any;

let mock: MockLlm;
let server: RunningServer;
let folder: string;
let dataDir: string;

beforeAll(async () => {
  mock = await startMockLlm();
  folder = await temporaryFolder();
  dataDir = await temporaryFolder();
  await cp(HANDBOOK, folder, { recursive: true });
  server = await startServer();
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await mock.close();
  for (const each of [folder, dataDir]) await rm(each, { recursive: true, force: true });
});

async function startServer(): Promise<RunningServer> {
  const models = mockModels(mock, [CALM, SLOW, ENDLESS]).map((model) => ({
    ...model,
    inputPricePerMillion: 1,
  }));
  return startNaraeServer({ folder, dataDir, config: { llm: { models }, ingest: { watch: true } } });
}

interface Asked {
  readonly body?: Json;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

function ask(question: string, { body, headers, signal }: Asked = {}): Promise<Response> {
  return fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: CALM, messages: [{ role: 'user', content: question }], ...body }),
    ...(signal && { signal }),
  });
}

async function outcome(question: string, asked?: Asked): Promise<string | null> {
  const response = await ask(question, asked);
  await response.text();
  return response.headers.get('x-narae-cache');
}

function chunks(text: string): Json[] {
  const data = text.split('\n\n').filter((event) => event.startsWith('data: {'));
  return data.map((event) => JSON.parse(event.slice(6)));
}

function textOf(events: readonly Json[]): string {
  return events.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
}

describe('one entry', () => {
  test.each([
    'How long is parental leave?',
    '연차는 며칠인가요?',
  ])('serves all dialects: %s', async (question) => {
    const before = mock.stats().calls;
    const first = await ask(question);
    expect(first.headers.get('x-narae-cache')).toBe('miss; reason=new');
    const whole = (await first.json()) as Json;
    expect(whole.narae.cache).toEqual({ outcome: 'miss', reason: 'new' });

    const again = (await (await ask(question)).json()) as Json;
    const { prompt_tokens: prompt, total_tokens: total } = whole.usage;
    expect(again.usage).toEqual({ ...whole.usage, prompt_tokens_details: { cached_tokens: prompt } });
    expect(again.narae.cache).toMatchObject({ outcome: 'hit', reason: 'memory', saved_tokens: total });
    expect([again.choices, again.created]).toEqual([whole.choices, whole.created]);
    expect(again.narae.sources).toEqual(whole.narae.sources);
    expect(again.id).not.toBe(whole.id);

    const stream = await ask(question, { body: { stream: true, stream_options: { include_usage: true } } });
    expect(stream.headers.get('x-narae-cache')).toBe('hit; reason=memory');
    const body = await stream.text();
    expect(body.endsWith('data: [DONE]\n\n')).toBe(true);
    const events = chunks(body);
    expect(textOf(events)).toBe(whole.choices[0].message.content);
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
    expect(events.at(-1).usage).toEqual(again.usage);

    const batch = await fetch(`${server.url}/v1/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ questions: [question], model: CALM, stream: false }),
    });
    const [result] = ((await batch.json()) as Json).results;
    expect(result.answer.choices).toEqual(whole.choices);
    expect(result.answer.narae.cache.outcome).toBe('hit');
    expect(mock.stats().calls - before).toBe(1);
  });

  test('that a stream has left serves who does not stream', async () => {
    const question = 'What must I do before the VPN works?';
    const events = chunks(await (await ask(question, { body: { stream: true } })).text());
    const again = (await (await ask(question)).json()) as Json;
    expect(again.narae.cache.outcome).toBe('hit');
    expect(again.choices[0].message.content).toBe(textOf(events));
  });
});

test('requests may ask for a new answer, and for one that is not kept', async () => {
  const question = 'Who approves leave?';
  expect(await outcome(question, { headers: { 'cache-control': 'no-store' } })).toBe('miss; reason=no-store');
  expect(await outcome(question)).toBe('miss; reason=new');
  expect(await outcome(question, { headers: { 'cache-control': 'no-cache' } })).toBe(
    'bypass; reason=force-new',
  );
  expect(await outcome(question, { body: { force_new: true } })).toBe('bypass; reason=force-new');
  expect(await outcome(question, { body: { narae: { force_new: true } } })).toBe('bypass; reason=force-new');
  expect(await outcome(question, { body: { temperature: 0.5 } })).toBe('bypass; reason=temperature');
  expect(await outcome(question, { body: { user: 'kim' } })).toBe('hit; reason=memory');
});

test('a thousand who ask the same at once cost one call', async () => {
  const before = mock.stats().calls;
  const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });
  const bodies = await Promise.all(Array.from({ length: 1_000 }, (_, n) => askOver(agent, n % 2 === 0)));
  agent.destroy();
  expect(mock.stats().calls - before).toBe(1);
  expect(new Set(bodies).size).toBe(1);
});

function narae(args: readonly string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(process.execPath, [COMMAND, ...args], { cwd: dataDir, env: cleanEnvironment() });
}

/** Over a connection of its own. Gives the answer's text. */
function askOver(agent: Agent, stream: boolean): Promise<string> {
  const messages = [{ role: 'user', content: 'What does everybody want to know at once?' }];
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const call = httpRequest(`${server.url}/v1/chat/completions`, { agent, method: 'POST', headers });
    call.on('error', reject).on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('end', () =>
        resolve(stream ? textOf(chunks(body)) : JSON.parse(body).choices[0].message.content),
      );
    });
    call.end(JSON.stringify({ model: SLOW, messages, stream }));
  });
}

describe('a stream that twins share', () => {
  const body = { model: SLOW, stream: true };

  test('is heard from its beginning by who comes late, and is not held up by who does not read', async () => {
    const question = 'Is the certificate renewed by itself?';
    const before = mock.stats().calls;
    const idle = await ask(question, { body });
    const reader = (idle.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    const late = await ask(question, { body });
    expect(late.headers.get('x-narae-cache')).toBe('joined; reason=in-flight');
    const heard = chunks(await late.text());
    expect(heard.at(-1).choices[0].finish_reason).toBe('stop');
    expect(mock.stats().calls - before).toBe(1);
    const whole = (await (await ask(question, { body: { model: SLOW } })).json()) as Json;
    expect(textOf(heard)).toBe(whole.choices[0].message.content);
    await reader.cancel();
  });

  test('ends for the model server when the last of them leaves', async () => {
    const question = 'What happens to days that I do not use?';
    const body = { model: ENDLESS, stream: true };
    const [one, other] = [new AbortController(), new AbortController()];
    await ask(question, { body, signal: one.signal });
    await ask(question, { body, signal: other.signal });
    expect(mock.stats().open).toBe(1);
    one.abort();
    await ask(question, { body, signal: other.signal });
    expect(mock.stats().open).toBe(1);
    other.abort();
    await eventually(() => mock.stats().open, 0);
    expect(await outcome(question)).toBe('miss; reason=new');
  });
});

describe('operators', () => {
  async function caches(): Promise<Json> {
    return (await fetch(`${server.url}/admin/caches`)).json();
  }

  test('see what each cache has saved, and drop what they want', async () => {
    const question = 'Who do I ask about leave?';
    const before = (await caches()).caches.answer;
    await outcome(question);
    await outcome(question);
    const { answer } = (await caches()).caches;
    expect(answer.hits - before.hits).toBe(1);
    expect(answer.saved.llm_calls - before.saved.llm_calls).toBe(1);
    expect(answer.saved.dollars).toBeGreaterThan(before.saved.dollars);
    const dropped = await fetch(`${server.url}/admin/caches/answer`, { method: 'DELETE' });
    expect(((await dropped.json()) as Json).dropped).toBeGreaterThan(0);
    expect(await outcome(question)).toBe('miss; reason=new');
    const unknown = await fetch(`${server.url}/admin/caches/nothing`, { method: 'DELETE' });
    expect([unknown.status, ((await unknown.json()) as Json).error.code]).toEqual([404, 'cache_not_found']);
  });

  test('are let in from this machine only, and not through a proxy, while there is no admin key', async () => {
    const headers = { 'x-forwarded-for': '10.0.0.7' };
    const response = await fetch(`${server.url}/admin/caches`, { headers });
    expect([response.status, ((await response.json()) as Json).error.code]).toEqual([
      403,
      'admin_key_missing',
    ]);
  });

  test('warm a server with a file of questions', async () => {
    const file = join(dataDir, 'questions.txt');
    await writeFile(file, '# warm\nWhat is a token?\n\n휴가는 누가 승인하나요?\nWhat is a token?\n');
    const warm = () => narae(['cache', 'warm', file, '--server', server.url]);
    expect((await warm()).stdout).toBe('2 answers written, 1 were there already, 0 failed.\n');
    expect((await warm()).stdout).toBe('0 answers written, 3 were there already, 0 failed.\n');
    const { stdout } = await narae(['cache', 'stats', '--server', server.url]);
    expect(stdout).toMatch(/^answer +\d/m);
  });
});

test('an answer dies with a passage that it rests on, and outlives a restart', async () => {
  const question = 'How many days of annual leave are there?';
  await outcome(question);
  await server.stop();
  server = await startServer();
  expect(await outcome(question)).toBe('hit; reason=shared');
  const before = mock.stats().calls;
  await writeFile(
    join(folder, 'leave.md'),
    '# Annual leave\n\nThere are 31 days of annual leave each year.\n',
  );
  await eventually(
    async () => (await outcome(question)) === 'hit; reason=memory' && mock.stats().calls > before,
    true,
  );
  const { narae } = (await (await ask(question)).json()) as Json;
  expect(narae.sources.map(({ text }: Json) => text).join()).toContain('31 days');
});
