import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockLlm, startMockLlm } from '../../dist/lab/index.js';
import {
  allOf,
  ConversationClient,
  partOf,
  type StreamEvent,
  textOf,
} from '../support/conversation-client.js';
import { eventually } from '../support/fault-lab.js';
import { type RunningServer, startNaraeServer, temporaryFolder } from '../support/narae.js';

const handbook = fileURLToPath(new URL('../fixtures/handbook', import.meta.url));
const CALM = 'mock:tokens=12';
const SLOW = 'mock:first_token_ms=30,token_ms=15,tokens=60';
const DOWN = '500';

let mock: MockLlm;
let server: RunningServer;
let dataDir: string;
let client: ConversationClient;

beforeAll(async () => {
  mock = await startMockLlm();
  dataDir = await temporaryFolder();
  await start();
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await mock.close();
});

async function start(): Promise<void> {
  const models = [CALM, SLOW, DOWN].map((name) => ({ name, provider: 'openai', baseUrl: `${mock.url}/v1` }));
  const file = join(dataDir, 'narae.config.json');
  await writeFile(file, JSON.stringify({ llm: { models }, routing: { maxAttempts: 1 } }));
  server = await startNaraeServer({ folder: handbook, dataDir, args: ['--config', file] });
  client = new ConversationClient(server.url);
}

function ask(question: string, body: object = {}): Promise<StreamEvent[]> {
  return client.ask({ question, model: CALM, ...body });
}

async function threadOf(id: string) {
  return (await client.call('GET', `/chat/threads/${id}`)).body;
}

describe('a stream', () => {
  test('names its thread and run first, then is one answer with rising ids', async () => {
    const { status, headers, events } = await client.open({
      question: 'How long is parental leave?',
      model: CALM,
    });
    const all = await allOf(events);
    expect(status).toBe(200);
    const start = all[0]?.data;
    expect(start).toMatchObject({ type: 'start', model: CALM, cache: { outcome: 'miss' } });
    expect(headers.get('content-location')).toBe(`/chat/stream/${start.run_id}`);
    expect(headers.get('x-narae-cache')).toBe('miss; reason=new');
    expect(all.map(({ id }) => id)).toEqual(all.map((_, index) => index + 1));
    const types = all.map(({ data }) => data.type).filter((type, at, list) => type !== list[at - 1]);
    expect(types.filter((type) => type !== 'citations')).toEqual([
      'start',
      'sources',
      'text-delta',
      'usage',
      'turn',
      'finish',
    ]);
    expect(all.at(-1)?.data).toEqual({ type: 'finish', reason: 'stop' });
    const { thread, turns, runs } = await threadOf(start.thread_id);
    expect(thread).toMatchObject({ title: 'How long is parental leave?', turns: 1, head: 1 });
    expect(turns).toMatchObject([
      {
        sequence: 1,
        parent: 0,
        versions: [1],
        run_id: start.run_id,
        status: 'complete',
        question: 'How long is parental leave?',
        answer: textOf(all),
        model: CALM,
        finish_reason: 'stop',
      },
    ]);
    expect(turns[0].sources.length).toBeGreaterThan(0);
    expect(turns[0].sources[0]).not.toHaveProperty('text');
    expect(runs).toEqual([]);
  });

  test('is one body where nobody wants a stream', async () => {
    const { body } = await client.call('POST', '/chat', { question: '연차는 며칠인가요?', model: CALM });
    expect(body).toMatchObject({ finish_reason: 'stop', turn: { sequence: 1, status: 'complete' } });
    expect((await threadOf(body.thread_id)).turns[0].answer).toBe(body.answer);
  });
});
