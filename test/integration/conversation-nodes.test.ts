import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RedisServer } from '../../bench/support/redis-server.js';
import { type MockLlm, startMockLlm } from '../../dist/lab/index.js';
import {
  allOf,
  ConversationClient,
  cutAndResume,
  type Json,
  partOf,
  type StreamEvent,
  textOf,
} from '../support/conversation-client.js';
import { eventually } from '../support/fault-lab.js';
import { CALM, ENDLESS, mockModels, SLOW } from '../support/mock-models.js';
import { HANDBOOK, type RunningServer, startNaraeServer, temporaryFolder } from '../support/narae.js';

let mock: MockLlm;
beforeAll(async () => {
  mock = await startMockLlm();
});
afterAll(() => mock.close());

async function startServer(dataDir: string, more: object): Promise<RunningServer> {
  const llm = { models: mockModels(mock, [CALM, SLOW, ENDLESS]) };
  return startNaraeServer({ folder: HANDBOOK, dataDir, config: { llm, ...more } });
}

test('kill -9 during answers loses no turn and no question that was acknowledged, and leaves threads usable', async () => {
  const dataDir = await temporaryFolder();
  const leases = { threads: { leaseSeconds: 2 } };
  const stored = new Map<string, string[]>();
  const asked = new Map<string, string[]>();
  const count = (): number => [...stored.values()].flat().length;
  for (let round = 0; round < 6; round++) {
    const server = await startServer(dataDir, leases);
    const client = new ConversationClient(server.url);
    const threads = [...stored.keys()];
    const before = count();
    const asking = Array.from({ length: 12 }, (_, n) =>
      converse(client, threads[n], `round ${round}, thread ${n}`, { stored, asked }),
    );
    // In the midst of the answers, each time after some more of them.
    await expect.poll(count, { interval: 1 }).toBeGreaterThan(before + 2 * round);
    await new Promise((resolve) => setTimeout(resolve, 170 * round));
    server.process.kill('SIGKILL');
    await once(server.process, 'exit');
    await Promise.all(asking);
  }
  const server = await startServer(dataDir, leases);
  const client = new ConversationClient(server.url);
  expect(count()).toBeGreaterThan(10);
  for (const [thread, questions] of asked) {
    const told = async () => {
      const { turns } = (await client.call('GET', `/chat/threads/${thread}?limit=100`)).body;
      const all = turns.map(({ question }: Json) => question);
      expect(new Set(all).size).toBe(all.length);
      return questions.filter((question) => !all.includes(question));
    };
    await expect.poll(told).toEqual([]);
  }
  for (const [thread, texts] of stored) {
    const { turns } = (await client.call('GET', `/chat/threads/${thread}`)).body;
    const whole = turns.filter(({ status }: Json) => status === 'complete');
    const answers = whole.map(({ answer }: Json) => answer);
    // What was stored, but not heard of before the kill, may be there too.
    expect(answers.filter((answer: string) => texts.includes(answer))).toEqual(texts);
    expect(new Set(turns.map(({ run_id }: Json) => run_id)).size).toBe(turns.length);
  }
  const [thread_id] = stored.keys();
  const dead = async () => {
    const { runs } = (await client.call('GET', `/chat/threads/${thread_id}`)).body;
    return runs.length;
  };
  await eventually(dead, 0);
  const next = await client.ask({ question: 'Still there?', thread_id, model: CALM });
  expect(next.at(-1)?.data.type).toBe('finish');
  expect(await server.stop()).toBe(0);
});

/** Asks question after question until the server is gone; notes the answers whose turn was told as stored. */
async function converse(
  client: ConversationClient,
  known: string | undefined,
  name: string,
  { stored, asked }: Record<'stored' | 'asked', Map<string, string[]>>,
): Promise<void> {
  let thread = known;
  for (let n = 0; ; n++) {
    const seen: StreamEvent[] = [];
    try {
      const question = `Question ${n} of ${name} about leave?`;
      const named = thread === undefined ? {} : { thread_id: thread };
      const { events } = await client.open({ question, model: n % 3 === 2 ? SLOW : CALM, ...named });
      for await (const event of events) {
        seen.push(event);
        if (event.data.type !== 'start') continue;
        const begun: string = event.data.thread_id;
        thread = begun;
        asked.set(begun, [...(asked.get(begun) ?? []), question]);
      }
    } catch {}
    if (thread !== undefined && partOf(seen, 'turn')?.status === 'complete')
      stored.set(thread, [...(stored.get(thread) ?? []), textOf(seen)]);
    if (seen.at(-1)?.data.type !== 'finish') return;
  }
}

test('two servers on one Redis share conversations and their streams', async () => {
  const redis = await RedisServer.start();
  const folders = [await temporaryFolder(), await temporaryFolder()];
  const servers = await Promise.all(
    folders.map((folder) => startServer(folder, { redis: { url: redis.url } })),
  );
  const [here, there] = servers.map(({ url }) => new ConversationClient(url)) as [
    ConversationClient,
    ConversationClient,
  ];
  const first = await here.ask({ question: 'How long is parental leave?', model: CALM });
  const { thread_id } = first[0]?.data ?? {};
  const second = await there.ask({ question: 'Who approves it?', model: CALM, thread_id });
  expect(partOf(second, 'turn')).toMatchObject({ sequence: 2, parent: 1 });
  expect((await here.call('GET', `/chat/threads/${thread_id}`)).body.thread.turns).toBe(2);

  const streams = Array.from({ length: 20 }, async (_, n) => {
    const body = { question: `Question ${n} on two servers?`, model: SLOW, on_disconnect: 'continue' };
    const seen = await cutAndResume([here, there], { ...body, force_new: true }, n % 9);
    expect(seen.map(({ id }) => id)).toEqual(seen.map((_, at) => at + 1));
    expect(seen.at(-1)?.data.type).toBe('finish');
    const { turns } = (await there.call('GET', `/chat/threads/${seen[0]?.data.thread_id}`)).body;
    expect(turns[0].answer).toBe(textOf(seen));
  });
  await Promise.all(streams);

  const { events, run } = await here.open({ question: 'Who is on call?', model: ENDLESS, force_new: true });
  const ended = allOf(events);
  const { body } = await there.call('GET', '/chat/threads?limit=1');
  await there.call('POST', `/chat/threads/${body.threads[0].id}/runs/${run}/cancel`, { wait: true });
  expect((await ended).at(-1)?.data.error.code).toBe('aborted');
  for (const server of servers) expect(await server.stop()).toBe(0);
  await redis.stop();
});
