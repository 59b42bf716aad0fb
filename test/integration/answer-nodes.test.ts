import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RedisServer } from '../../bench/support/redis-server.js';
import { type MockLlm, startMockLlm } from '../../dist/lab/index.js';
import { HANDBOOK, type RunningServer, startNaraeServer, temporaryFolder } from '../support/narae.js';

const MODEL = 'mock:first_token_ms=2000,token_ms=10,tokens=20';
const NODES = 3;

let redis: RedisServer;
let mock: MockLlm;
let root: string;
const nodes: RunningServer[] = [];

beforeAll(async () => {
  [redis, mock, root] = await Promise.all([RedisServer.start(), startMockLlm(), temporaryFolder()]);
  const config = {
    llm: { models: [{ name: MODEL, provider: 'openai', baseUrl: `${mock.url}/v1` }] },
    redis: { timeoutMs: 10_000 },
  };
  const file = join(root, 'narae.config.json');
  await writeFile(file, JSON.stringify(config));
  // One after another: the first indexes the folder that all of them serve.
  for (let n = 0; n < NODES; n++) {
    const dataDir = join(root, 'data');
    await mkdir(dataDir, { recursive: true });
    const env = { REDIS_URL: redis.url };
    nodes.push(await startNaraeServer({ folder: HANDBOOK, dataDir, env, args: ['--config', file] }));
  }
});
afterAll(async () => {
  for (const node of nodes) await node.stop();
  await mock.close();
  await redis.stop();
  await rm(root, { recursive: true, force: true });
});

async function ask(node: RunningServer | undefined, question: string) {
  const response = await fetch(`${node?.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: question }] }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the answer is looked at, not believed
  const body = (await response.json()) as any;
  return { text: body.choices?.[0].message.content, how: response.headers.get('x-narae-cache') };
}

test.each([
  'How many days of leave are there?',
  '휴가는 며칠인가요?',
])('three nodes that share Redis call the model once for all who ask: %s', async (question) => {
  const before = mock.stats().calls;
  const asked = Array.from({ length: 300 }, (_, n) => ask(nodes[n % NODES], question));
  const answers = await Promise.all(asked);
  expect(mock.stats().calls - before).toBe(1);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers.filter(({ how }) => how === 'miss; reason=new')).toHaveLength(1);
  expect(answers.some(({ how }) => how === 'joined; reason=other-node')).toBe(true);
});

test('an answer of one node is found by another, and Redis may go', async () => {
  const question = 'Who approves leave?';
  expect((await ask(nodes[0], question)).how).toBe('miss; reason=new');
  await expect.poll(async () => (await ask(nodes[1], question)).how).toMatch(/^hit/);
  await redis.stop();
  expect((await ask(nodes[1], question)).how).toBe('hit; reason=memory');
  expect((await ask(nodes[2], 'Is anybody there?')).text).toBeTruthy();
});
