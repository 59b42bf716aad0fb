import type { Client } from '@langchain/langgraph-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RedisServer } from '../../bench/support/redis-server.js';
import { LangGraphServer } from '../support/langgraph-server.js';

let redis: RedisServer;
let nodes: readonly LangGraphServer[];
let one: Client;
let two: Client;
beforeAll(async () => {
  redis = await RedisServer.start();
  nodes = await Promise.all([1, 2].map(() => LangGraphServer.start({ REDIS_URL: redis.url })));
  [one, two] = nodes.map((node) => node.client()) as [Client, Client];
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await redis.stop();
});

const MOCK = { configurable: { model: 'mock', retrieval: false } };

async function read<Event>(stream: AsyncIterable<Event>): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

test('a run of one node is followed, joined and cancelled at the other', async () => {
  const { thread_id: thread } = await one.threads.create();
  const input = { messages: '안녕하세요?' };
  const run = await one.runs.create(thread, 'narae', {
    input,
    config: MOCK,
    streamMode: ['values', 'messages-tuple'],
  });
  const [here, there] = await Promise.all(
    [one, two].map((client) => read(client.runs.joinStream(thread, run.run_id))),
  );
  expect(there).toEqual(here);
  expect(here!.length).toBeGreaterThan(10);
  expect(await two.runs.join(thread, run.run_id)).toEqual(here!.at(-1)?.data);

  const second = await one.runs.create(thread, 'narae', { input, config: MOCK });
  await two.runs.cancel(thread, second.run_id, true);
  expect((await one.runs.get(thread, second.run_id)).status).toBe('interrupted');
});

test('a graph that waits for a person at one node goes on at the other', async () => {
  const { thread_id: thread } = await one.threads.create();
  const input = { messages: [{ type: 'human', content: '환불해 주세요' }] };
  await one.runs.wait(thread, 'support', { input });
  expect((await two.threads.get(thread)).status).toBe('interrupted');
  const values = await two.runs.wait(thread, 'support', { command: { resume: true } });
  expect(values).toMatchObject({ messages: [{}, { type: 'ai', content: '환불되었습니다.' }] });
  expect((await one.threads.getState(thread)).values).toEqual(values);
});
