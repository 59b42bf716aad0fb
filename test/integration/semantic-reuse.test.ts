import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockLlm, startMockLlm } from '../../dist/lab/index.js';
import {
  COMMAND,
  cleanEnvironment,
  type RunningServer,
  startNaraeServer,
  temporaryFolder,
} from '../support/narae.js';

const MODEL = 'mock:tokens=12';
const OTHER = 'mock:tokens=13';
const DOCS = {
  'security.md':
    '# Two-factor authentication\n\nOpen Settings, then Security. Choose Enable to switch two-factor authentication on for your account or your whole team; choose Disable to switch it off.\n',
  'alerts.md': '# 알림\n\n설정에서 알림을 켜거나 끌 수 있습니다. 알림을 켜려면 알림 단추를 누르세요.\n',
};

const ENABLE = 'How do I enable two-factor authentication for the accounts of my whole team?';
const ENABLE_TOO = 'How can I enable two-factor authentication for the accounts of my whole team?';
const DISABLE = 'How do I disable two-factor authentication for the accounts of my whole team?';
const TURN_ON = '알림을 켜려면 어떻게 하나요?';
const TURN_ON_TOO = '알림을 어떻게 켜나요?';
const TURN_OFF = '알림을 끄려면 어떻게 하나요?';

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
type Json = any;

let mock: MockLlm;
let root: string;
const servers: RunningServer[] = [];

beforeAll(async () => {
  [mock, root] = await Promise.all([startMockLlm(), temporaryFolder()]);
});
afterAll(async () => {
  for (const server of servers) expect(await server.stop()).toBe(0);
  await mock.close();
  await rm(root, { recursive: true, force: true });
});

/** A server over two short documents in folder `name`, with these settings of the cache. */
async function serve(name: string, cache: object): Promise<RunningServer> {
  const folder = join(root, `${name}-docs`);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(DOCS)) await writeFile(join(folder, file), text);
  const models = [MODEL, OTHER].map((model) => ({
    name: model,
    provider: 'openai',
    baseUrl: `${mock.url}/v1`,
  }));
  const file = join(root, `${name}.json`);
  await writeFile(file, JSON.stringify({ llm: { models }, cache }));
  const args = ['--config', file, '--collection', 'docs'];
  const server = await startNaraeServer({ folder, dataDir: join(root, name), args });
  servers.push(server);
  return server;
}

async function ask({ url }: RunningServer, question: string, body: Json = {}) {
  const before = mock.stats().calls;
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: question }], ...body }),
  });
  const answer = (await response.json()) as Json;
  return {
    how: response.headers.get('x-narae-cache'),
    text: answer.choices?.[0].message.content as string,
    narae: answer.narae,
    calls: mock.stats().calls - before,
  };
}

describe('where questions that mean the same share an answer', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await serve('shared', { semanticCollections: ['docs'], semanticShadowShare: 0 });
  });

  test.each([MODEL, 'extractive'])('a paraphrase is given it, an opposite is not: %s', async (model) => {
    for (const [asked, same, opposite] of [
      [ENABLE, ENABLE_TOO, DISABLE],
      [TURN_ON, TURN_ON_TOO, TURN_OFF],
    ] as const) {
      const first = await ask(server, asked, { model });
      expect(first.how).toMatch(
        /^miss; reason=(no-candidate|below-threshold|evidence-differs|guard:content)$/,
      );
      const second = await ask(server, same, { model });
      expect([second.how, second.calls]).toEqual(['semantic; reason=same-evidence', 0]);
      expect(second.text).toBe(first.text);
      expect(second.narae.sources.map(({ id }: Json) => id)).toEqual(
        first.narae.sources.map(({ id }: Json) => id),
      );
      expect(second.narae.cache).toMatchObject({ outcome: 'semantic', likeness: expect.any(Number) });
      const third = await ask(server, opposite, { model });
      expect(third.how).toBe('miss; reason=guard:polarity');
      expect((await ask(server, asked, { model })).how).toBe('hit; reason=memory');
    }
  });

  test('another model, filter, parameter or conversation has answers of its own', async () => {
    await ask(server, ENABLE);
    const before = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: ENABLE_TOO },
    ];
    for (const body of [
      { model: OTHER },
      { narae: { filter: { source: ['security.md', 'alerts.md'] } } },
      { seed: 7 },
      { messages: before },
    ]) {
      const { how, calls } = await ask(server, ENABLE_TOO, body);
      expect([how, calls]).toEqual(['miss; reason=no-candidate', 1]);
    }
  });

  test('a document that changed ends it', async () => {
    const document = new FormData();
    document.append(
      'file',
      new Blob(['# Passkeys\n\nTwo-factor authentication also takes passkeys, for the whole team.\n']),
      'keys.md',
    );
    const uploaded = await fetch(`${server.url}/v1/collections/docs/documents`, {
      method: 'POST',
      body: document,
    });
    expect(uploaded.ok).toBe(true);
    expect(await ask(server, ENABLE_TOO)).toMatchObject({ how: 'miss; reason=evidence-differs', calls: 1 });
  });
});

test('a shadow of all reused answers is counted, shown, measured, and leaves an answer of its own', async () => {
  const server = await serve('shadowed', { semanticModels: [MODEL], semanticShadowShare: 1 });
  await ask(server, ENABLE);
  expect((await ask(server, ENABLE_TOO)).how).toBe('semantic; reason=same-evidence');
  const shown = async (): Promise<Json> =>
    ((await (await fetch(`${server.url}/admin/caches`)).json()) as Json).semantic;
  await expect.poll(async () => (await shown()).compared).toBe(1);
  expect(await shown()).toMatchObject({
    hits: 1,
    questions: 2,
    interval: { low: expect.any(Number), high: expect.any(Number) },
  });
  expect((await ask(server, ENABLE_TOO)).how).toBe('hit; reason=memory');
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('narae_answer_reuse_total{outcome="reused",reason=""} 1');
  expect(metrics).toMatch(/narae_answer_reuse_checks_total\{outcome="(same|different)",difference=".*"\} 1/);
  const stats = await promisify(execFile)(
    process.execPath,
    [COMMAND, 'cache', 'stats', '--server', server.url],
    {
      env: cleanEnvironment(),
      cwd: root,
    },
  );
  expect(stats.stdout).toMatch(/Wrong of 1 compared: .+% \(95% interval .+% to .+%\)/);
});

test('it is off unless it is asked for, and what makes no sense is refused by name', async () => {
  const server = await serve('off', {});
  await ask(server, ENABLE);
  expect((await ask(server, ENABLE_TOO)).how).toBe('miss; reason=new');
  for (const [cache, name] of [
    [{ semanticModels: ['nobody'] }, 'cache.semanticModels'],
    [{ semanticCollections: ['a/b'] }, 'cache.semanticCollections[0]'],
    [{ semanticCollections: ['docs'], enabled: false }, 'cache.semanticCollections'],
    [{ semanticMinLikeness: 1.5 }, 'cache.semanticMinLikeness'],
    [{ semanticShadowShare: -1 }, 'cache.semanticShadowShare'],
    [{ semanticLeadingPassages: 0 }, 'cache.semanticLeadingPassages'],
  ] as const)
    await expect(serve('refused', cache)).rejects.toThrow(name);
});
