import { once, setMaxListeners } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../../bench/support/free-port.js';
import type { MockLlm } from '../../dist/lab/index.js';
import { type Reply, type Verdict, verdictOf } from '../support/chat-client.js';
import { eventually, FaultLab, mockModel, startMock } from '../support/fault-lab.js';
import { openSocket } from '../support/raw-http.js';

let lab: FaultLab | undefined;
const mocks: MockLlm[] = [];
afterEach(async () => {
  expect(await lab?.stop()).toBe(0);
  for (const mock of mocks.splice(0)) await mock.close();
});

async function newMock(options: Parameters<typeof startMock>[0] = {}): Promise<MockLlm> {
  const mock = await startMock(options);
  mocks.push(mock);
  return mock;
}

const bothWays = (running: FaultLab, model: string): Promise<Reply[]> =>
  Promise.all([true, false].map((stream) => running.chat(model, { stream })));

const failure = (verdict: Verdict): string =>
  verdict.end === 'failed' ? verdict.code : `${verdict.end}: no failure`;

describe('an upstream', () => {
  test('that is down at the start is told as such, left alone, and used once it is there', async () => {
    const port = await freePort();
    const model = { name: 'm', provider: 'openai', baseUrl: `http://127.0.0.1:${port}/v1` };
    const routing = { breakerFailures: 5, breakerOpenSeconds: 3 };
    lab = await FaultLab.start({ models: [model], routing });
    const running = lab;
    const first = (await bothWays(running, 'm')).map(verdictOf);
    expect(first.map(failure)).toEqual(['llm_unreachable', 'llm_unreachable']);
    await running.chat('m');
    const resting = await running.chat('m');
    expect(verdictOf(resting)).toMatchObject({ status: 503, code: 'llm_unavailable' });
    expect(resting.headers['retry-after']).toMatch(/^[1-3]$/);
    const mock = await newMock({ port });
    await eventually(async () => verdictOf(await running.chat('m')).end, 'finished');
    expect((await bothWays(running, 'm')).map((reply) => verdictOf(reply).end)).toEqual([
      'finished',
      'finished',
    ]);
    expect(mock.stats().calls).toBe(3);
    await running.expectClean(mock);
  });

  test('whose name cannot be found is told as such, and asked for as often as it may be', async () => {
    const model = { name: 'm', provider: 'openai', baseUrl: 'http://no-such-host.invalid/v1' };
    lab = await FaultLab.start({ models: [model] });
    for (const reply of await bothWays(lab, 'm')) {
      expect(verdictOf(reply)).toMatchObject({ status: 502, code: 'llm_unreachable' });
      expect(reply.body).toContain('no-such-host.invalid');
      expect(reply.body).toMatch(/host name/);
    }
    const health = (await (await fetch(`${lab.server.url}/admin/endpoints`)).json()) as {
      models: { endpoints: { calls: number; failures: number }[] }[];
    };
    expect(health.models[0]?.endpoints[0]).toMatchObject({ calls: 4, failures: 4 });
  });

  test('that is killed under load breaks what had begun, and the other one takes the rest', async () => {
    const [killed, other] = [await newMock(), await newMock()];
    const on = (mock: MockLlm, upstreamModel: string) => ({ baseUrl: `${mock.url}/v1`, upstreamModel });
    const model = (name: string, upstreamModel: string) => ({
      name,
      provider: 'openai',
      endpoints: [on(killed, upstreamModel), on(other, upstreamModel)],
    });
    const models = [
      model('talking', 'mock:token_ms=100,tokens=40'),
      model('thinking', 'mock:first_token_ms=60000,tokens=4'),
    ];
    lab = await FaultLab.start({ models, llm: { firstTokenTimeoutSeconds: 3600, stallTimeoutSeconds: 60 } });
    const running = lab;
    const EACH = 20;
    let begun = 0;
    const talking = Array.from({ length: EACH }, () => {
      let seen = false;
      const onText = (text: string): void => {
        if (!seen && text.includes('"content":"This ')) begun++;
        seen ||= text.includes('"content":"This ');
      };
      return running.chat('talking', { onText });
    });
    await eventually(() => begun, EACH);
    const controller = new AbortController();
    setMaxListeners(EACH, controller.signal);
    const thinking = Array.from({ length: EACH }, () =>
      running.chat('thinking', { signal: controller.signal }),
    );
    await eventually(() => [killed, other].map((mock) => mock.stats().openPeak), [EACH, EACH]);
    await killed.close();
    const ends = (await Promise.all(talking)).map(verdictOf);
    expect(ends.filter((end) => failure(end) === 'llm_stream_broken')).toHaveLength(EACH / 2);
    expect(ends.filter(({ end }) => end === 'finished')).toHaveLength(EACH / 2);
    for (const end of ends) if (end.end === 'failed') expect(end.text).toMatch(/^This /);
    await eventually(() => other.stats().callsByModel['mock:first_token_ms=60000,tokens=4'], EACH);
    controller.abort();
    await Promise.all(thinking);
    expect(killed.stats().calls).toBe(EACH);
    expect(other.stats().calls).toBe(EACH + EACH / 2);
    await running.expectClean(killed, other);
  });
});

describe('SIGTERM under load', () => {
  const STREAMS = 60;

  /** Streams that have begun, half of the clients' connections not streaming. */
  async function load(upstreamModel: string, shutdownTimeoutSeconds: number) {
    const mock = await newMock();
    const running = await FaultLab.start({
      models: [mockModel(mock, 'm', upstreamModel)],
      server: { shutdownTimeoutSeconds },
    });
    lab = running;
    const replies = Array.from({ length: STREAMS }, (_, index) =>
      running.chat('m', { stream: index % 2 === 0 }),
    );
    await eventually(() => mock.stats().open, STREAMS);
    // Connections that ask nothing must not keep the server.
    const silent = Array.from({ length: 5 }, () => openSocket(running.server.url).on('error', () => {}));
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    const exited = once(running.server.process, 'exit');
    running.server.process.kill('SIGTERM');
    return { mock, running, replies, exited };
  }

  test('lets every answer end, takes nothing new, and leaves', async () => {
    const { mock, running, replies, exited } = await load('mock:token_ms=50,tokens=60', 600);
    await eventually(() => running.server.output().includes('Stopping'), true);
    await eventually(async () => [0, 503].includes((await running.chat('m')).status), true);
    const ends = (await Promise.all(replies)).map(verdictOf);
    expect(ends.filter(({ end }) => end === 'finished')).toHaveLength(STREAMS);
    expect((await exited)[0]).toBe(0);
    expect(mock.stats()).toMatchObject({ calls: STREAMS, completed: STREAMS, open: 0, disconnects: 0 });
  });

  test('tells the answers that outlast the deadline, and cancels them upstream', async () => {
    const { mock, running, replies, exited } = await load('mock:token_ms=100,tokens=10000', 1);
    const ends = (await Promise.all(replies)).map(verdictOf);
    expect(ends.filter((end) => failure(end) === 'closing')).toHaveLength(STREAMS);
    expect((await exited)[0]).toBe(0);
    expect(running.server.output()).not.toMatch(/unhandled|uncaught|"code":"internal"/i);
    await eventually(() => mock.stats().open, 0);
    expect(mock.stats()).toMatchObject({ calls: STREAMS, disconnects: STREAMS });
  });
});
