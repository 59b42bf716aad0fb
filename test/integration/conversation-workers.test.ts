import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  allOf,
  ConversationClient,
  type Json,
  type StreamEvent,
  textOf,
} from '../support/conversation-client.js';
import { HeldAnswers } from '../support/held-answers.js';
import { HANDBOOK, type RunningServer, startNaraeServer, temporaryFolder } from '../support/narae.js';
import { workerPids } from '../support/processes.js';

/** Each a connection of its own, so that both workers take some. */
const AT_ONCE = 16;
/** So long that nothing which a test sees can be a lease that ran out, nor a renewal that looked. */
const LEASE_SECONDS = 600;

let answers: HeldAnswers;
let dataDir: string;
let server: RunningServer;
let client: ConversationClient;

beforeEach(async () => {
  answers = await HeldAnswers.start('시작 ');
  dataDir = await temporaryFolder();
  const { models } = answers;
  const config = { llm: { models }, threads: { leaseSeconds: LEASE_SECONDS }, cache: { answers: 'never' } };
  server = await startNaraeServer({ folder: HANDBOOK, dataDir, config, args: ['--workers', '2'] });
  client = new ConversationClient(server.url);
});
afterEach(async () => {
  answers.end();
  await server.stop();
  await answers.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface Held {
  readonly thread: string;
  readonly run: string;
  readonly events: AsyncGenerator<StreamEvent, void, undefined>;
}

/** An answer that has begun, on a thread of its own, and goes on until it is let. */
async function hold(question = 'How long?'): Promise<Held> {
  const { events } = await client.open({ question, model: 'held', on_disconnect: 'continue' });
  const { thread_id: thread, run_id: run } = await nextOf(events, 'start');
  await nextOf(events, 'text-delta');
  return { thread, run, events };
}

async function nextOf(events: Held['events'], type: string) {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error(`it ended without ${type}`);
    if (value.data.type === type) return value.data;
  }
}

const many = <Result>(make: () => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: AT_ONCE }, make));

test('a stream can be taken up again on any worker', async () => {
  const { run } = await hold();
  const resumed = await many(() => client.resume(run));
  expect(resumed.map(({ status }) => status)).toEqual(resumed.map(() => 200));
  const reading = Promise.all(resumed.map(({ events }) => allOf(events)));
  answers.end();
  const [first = [], ...others] = await reading;
  expect(textOf(first)).toBe('시작 and done');
  expect(first.at(-1)?.data.type).toBe('finish');
  expect(first.map(({ id }) => id)).toEqual(first.map((_, at) => at + 1));
  for (const events of others) expect(events).toEqual(first);
  const late = await many(async () => allOf((await client.resume(run, 2)).events));
  for (const events of late) expect(events).toEqual(first.slice(2));
});

test('a run can be stopped on any worker, at once', async () => {
  const held = await many(() => hold());
  for (const { thread, run } of held) {
    const path = `/chat/threads/${thread}/runs/${run}/cancel`;
    expect(await client.call('POST', path, { wait: true })).toMatchObject({ status: 200 });
  }
  for (const { thread } of held) {
    const { body } = await client.call('GET', `/chat/threads/${thread}`);
    expect(body.turns).toMatchObject([{ status: 'interrupted', answer: '시작 ' }]);
  }
});

test('what workers that are killed were answering has failed, and its threads go on', async () => {
  const long = `얼마나 ${'오래 '.repeat(1_500)}걸리나요?`;
  const held = await many(() => hold(long));
  for (const pid of await workerPids(server)) process.kill(pid, 'SIGKILL');
  for (const { run } of held) {
    const { status, events } = await onceServed(() => client.resume(run));
    // Nothing of it can be read any more, so the failure is the response itself.
    expect(status).toBe(500);
    expect(await allOf(events)).toMatchObject([{ data: { error: { code: 'run_failed' } } }]);
  }
  for (const { thread, run } of held) {
    const turns = async () => (await client.call('GET', `/chat/threads/${thread}`)).body.turns;
    await expect
      .poll(turns, { timeout: 20_000 })
      .toMatchObject([{ run_id: run, status: 'failed', question: long, error: { code: 'run_failed' } }]);
  }
  const next = held.map(({ thread }) => client.ask({ question: '다음', model: 'any', thread_id: thread }));
  for (const events of await Promise.all(next)) expect(events.at(-1)?.data.type).toBe('finish');
  for (const { thread } of held) {
    const { turns } = (await client.call('GET', `/chat/threads/${thread}`)).body;
    expect(turns.map(({ question }: Json) => question)).toEqual([long, '다음']);
  }
});

/** While no worker lives connections are refused, and those that a dying one had taken are cut: the client comes again. */
async function onceServed<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let tries = 0; tries < 2_000; tries++) {
    const result = await ask().catch(() => undefined);
    if (result !== undefined) return result;
    await sleep(50);
  }
  throw new Error('no worker answers');
}
