import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verdictOf } from '../support/chat-client.js';
import {
  delta,
  type FakeUpstream,
  type SeenRequest,
  sendJson,
  startEvents,
  startFakeUpstream,
  wholeStream,
} from '../support/fake-upstream.js';
import { eventually, FaultLab } from '../support/fault-lab.js';

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
type Json = any;
type Answer = (response: ServerResponse, request: SeenRequest) => void;

const fine: Answer = (response) => void startEvents(response).end(wholeStream());

/** Model servers that can be told how to answer from now on. */
class Servers {
  readonly answers: Answer[] = [fine, fine];
  readonly upstreams: FakeUpstream[] = [];

  static async start(): Promise<Servers> {
    const servers = new Servers();
    for (const at of [0, 1]) {
      const m: Answer = (response, request) => (servers.answers[at] as Answer)(response, request);
      servers.upstreams.push(await startFakeUpstream({ m }));
    }
    return servers;
  }

  get calls(): number[] {
    return this.upstreams.map(({ seen }) => seen.length);
  }

  endpoints(weights: readonly number[] = [1, 1]): object[] {
    return this.upstreams.map(({ baseUrl }, at) => ({ name: `e${at}`, baseUrl, weight: weights[at] }));
  }

  async close(): Promise<void> {
    for (const upstream of this.upstreams) await upstream.close();
  }
}

let servers: Servers;
let lab: FaultLab | undefined;
beforeEach(async () => {
  servers = await Servers.start();
});
afterEach(async () => {
  await lab?.stop();
  lab = undefined;
  await servers.close();
});

async function serve(model: object, routing: object = {}): Promise<FaultLab> {
  const models = [{ name: 'm', provider: 'openai', endpoints: servers.endpoints(), ...model }];
  lab = await FaultLab.start({ models, routing });
  return lab;
}

async function ask(running: FaultLab, count: number): Promise<void> {
  for (let round = 0; round < count; round++)
    expect(verdictOf(await running.chat('m', { stream: round % 2 === 0 })).end).toBe('finished');
}

describe('calls go', () => {
  test('by weight, spread evenly', async () => {
    await ask(await serve({ policy: 'weighted', endpoints: servers.endpoints([3, 1]) }), 8);
    expect(servers.calls).toEqual([6, 2]);
  });

  test('in turn', async () => {
    await ask(await serve({ policy: 'round-robin' }), 6);
    expect(servers.calls).toEqual([3, 3]);
  });

  test('where the fewest are under way', async () => {
    const running = await serve({ policy: 'least-in-flight' });
    servers.answers[0] = (response) => void startEvents(response).write(delta('and so on'));
    const leave = new AbortController();
    const held = running.chat('m', { signal: leave.signal });
    await eventually(() => servers.calls, [1, 0]);
    await ask(running, 5);
    expect(servers.calls).toEqual([1, 5]);
    leave.abort();
    await held;
  });

  test('away from the server that is slower to begin', async () => {
    const running = await serve({ policy: 'latency' });
    servers.answers[0] = (response) => void setTimeout(() => fine(response, {} as SeenRequest), 400);
    await ask(running, 20);
    const [slow, fast] = servers.calls as [number, number];
    expect(slow + fast).toBe(20);
    expect(fast).toBeGreaterThan(slow * 3);
  });
});

describe('a Retry-After', () => {
  const busyOnce = (seconds: string): Answer => {
    servers.answers[1] = (response) => sendJson(response, 503, {});
    return (response, request) => {
      const isFirst = servers.upstreams[0]?.seen[0] === request;
      if (isFirst) sendJson(response, 429, { error: {} }, { 'retry-after': seconds });
      else fine(response, request);
    };
  };

  test('that can be waited for is waited for', async () => {
    servers.answers[0] = busyOnce('1');
    const [endpoint] = servers.endpoints();
    const running = await serve({ endpoints: [endpoint] }, { retryAfterMaxSeconds: 2 });
    const startedAtMs = performance.now();
    await ask(running, 1);
    expect(performance.now() - startedAtMs).toBeGreaterThan(990);
    expect(servers.calls[0]).toBe(2);
  });

  test('that is too long goes to the client, in whole seconds', async () => {
    const inAMinute = new Date(Date.now() + 61_000).toUTCString();
    servers.answers[0] = busyOnce(inAMinute);
    const [endpoint] = servers.endpoints();
    const reply = await (await serve({ endpoints: [endpoint] })).chat('m');
    expect(reply.status).toBe(429);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(50);
    expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(62);
    expect(reply.headers['x-should-retry']).toBe('true');
    expect(servers.calls[0]).toBe(1);
  });
});

describe('a hedge', () => {
  test('is the first to bring content: it wins, and the call that hangs is closed', async () => {
    const routing = { hedge: true, hedgeRatio: 1, policy: 'round-robin' };
    const running = await serve({}, routing);
    await ask(running, 24);
    // Its role comes at once, as a slow server's would; that is no content.
    const role = 'data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n';
    for (const at of [0, 1]) {
      servers.answers[at] = (response) => {
        servers.answers[1 - at] = fine;
        startEvents(response).write(role);
      };
    }
    const closed = Promise.race(servers.upstreams.map((upstream) => upstream.nextDisconnect()));
    await ask(running, 1);
    await closed;
    expect(servers.calls.reduce((sum, calls) => sum + calls)).toBe(26);
    const metrics = await (await fetch(`${running.server.url}/metrics`)).text();
    expect(metrics).toMatch(/narae_generation_hedges_total\{[^}]*second-won[^}]*\} 1/);
    await eventually(async () => (await healthOf(running)).map(({ inFlight }) => inFlight), [0, 0]);
    expect((await healthOf(running)).map(({ failures }) => failures)).toEqual([0, 0]);
  });
});

async function healthOf(running: FaultLab): Promise<{ inFlight: number; failures: number }[]> {
  const { models } = (await (await fetch(`${running.server.url}/admin/endpoints`)).json()) as Json;
  return models[0].endpoints.map((endpoint: Json) => ({
    inFlight: endpoint.in_flight,
    failures: endpoint.failures,
  }));
}

test('an answer from before stands in where everybody fails, and says so', async () => {
  const running = await serve({}, { staleAnswersMb: 1 });
  await ask(running, 2);
  servers.answers.fill((response) => sendJson(response, 500, {}));
  const { body } = await running.chat('m', { stream: false });
  const { choices, narae } = JSON.parse(body);
  expect(choices[0].finish_reason).toBe('stop');
  expect(Date.parse(narae.stale_since)).toBeLessThan(Date.now());
  const other = await running.chat('m', { question: 'Something else?' });
  expect(verdictOf(other)).toMatchObject({ end: 'failed', code: 'llm_failed' });
});

test('a limit that adapts lets fewer in while a server refuses, and more when it is well again', async () => {
  const running = await serve(
    { endpoints: [servers.endpoints()[0]] },
    { adaptiveLimit: true, maxInFlightPerEndpoint: 40 },
  );
  const crowd = (): Promise<unknown> => Promise.all(Array.from({ length: 40 }, () => ask(running, 1)));
  const limit = async (): Promise<number> => {
    const { models } = (await (await fetch(`${running.server.url}/admin/endpoints`)).json()) as Json;
    return models[0].endpoints[0].limit;
  };
  const before = await limit();
  servers.answers[0] = (response) => sendJson(response, 503, {});
  await Promise.all(Array.from({ length: 20 }, () => running.chat('m')));
  const during = await limit();
  expect(during).toBeLessThan(before);
  servers.answers[0] = fine;
  await eventually(async () => {
    await crowd();
    return (await limit()) > during;
  }, true);
});
