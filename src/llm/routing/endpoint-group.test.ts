import { beforeEach, describe, expect, it } from 'vitest';
import { settle, VirtualTime } from '../../../test/support/virtual-time.js';
import { abortReason, NaraeError } from '../../core/index.js';
import type { NaraeEvent } from '../../observe/index.js';
import { fixedLimit, Limiter, RoundRobin } from '../../resilience/index.js';
import type { LlmPart, LlmProvider, LlmRequest } from '../spec.js';
import { RoutedEndpoint } from './endpoint.js';
import { EndpointGroup } from './endpoint-group.js';
import { defaultRoutingOptions, type RoutingOptions } from './options.js';

const REQUEST: LlmRequest = {
  model: 'm',
  messages: [],
  question: '',
  passages: [],
  retrieval: 'off',
  parameters: {},
};

type Script = { afterMs: number; error?: NaraeError };

/** A provider whose first token comes, or fails to, when its script says. */
class Scripted implements LlmProvider {
  readonly name = 'openai';
  calls = 0;
  aborted = 0;
  script: Script = { afterMs: 100 };

  constructor(readonly time: VirtualTime) {}

  async *stream(_: LlmRequest, { signal }: { signal: AbortSignal }): AsyncGenerator<readonly LlmPart[]> {
    this.calls++;
    const { afterMs, error } = this.script;
    await new Promise<void>((resolve, reject) => {
      const cancel = this.time.after(afterMs, () => (error ? reject(error) : resolve()));
      signal.addEventListener('abort', () => {
        this.aborted++;
        cancel();
        reject(abortReason(signal));
      });
    });
    yield [{ type: 'text-delta', text: 'hi' }];
    yield [{ type: 'finish', reason: 'stop' }];
  }

  async listModels(): Promise<readonly string[]> {
    return [];
  }

  async close(): Promise<void> {}
}

let time: VirtualTime;
let events: NaraeEvent[];
let providers: Scripted[];
let endpoints: RoutedEndpoint[];

beforeEach(() => {
  time = new VirtualTime();
  events = [];
});

function makeGroup(count: number, changes: Partial<RoutingOptions> = {}, limit = 100): EndpointGroup {
  const options = { ...defaultRoutingOptions, ...changes };
  providers = Array.from({ length: count }, () => new Scripted(time));
  endpoints = providers.map(
    (provider, index) =>
      new RoutedEndpoint({
        model: 'm',
        name: `e${index}`,
        provider,
        upstreamModel: 'm',
        weight: 1,
        limiter: new Limiter('test', fixedLimit(limit), options.limits.queue, time),
        breaker: options.breaker,
        timers: time,
        onStateChange: (from, to) =>
          events.push({ type: 'endpoint-state-changed', model: 'm', endpoint: `e${index}`, from, to }),
      }),
  );
  const policy = new RoundRobin<RoutedEndpoint>();
  const emit = (event: NaraeEvent): void => void events.push(event);
  return new EndpointGroup({ model: 'm', endpoints, policy, options, emit, timers: time });
}

/** Opens and reads to the end; the outcome, once there is one. */
function ask(group: EndpointGroup, signal = new AbortController().signal) {
  const asked = { outcome: '' };
  const run = async (): Promise<void> => {
    const opened = await group.open(REQUEST, { signal, requestId: 'r' });
    await new Promise<void>((end, fail) => void opened.pipe({ push: () => {}, end, fail }));
    opened.close();
    asked.outcome = 'ok';
  };
  run().catch((error: NaraeError) => {
    asked.outcome = error.code;
  });
  return asked;
}

const failed = (): NaraeError => new NaraeError('llm_failed');
const limited = (retryAfterSeconds: number): NaraeError =>
  new NaraeError('llm_rate_limited', { retryAfterSeconds });
const ofType = (type: NaraeEvent['type']): NaraeEvent[] => events.filter((event) => event.type === type);

/** Everything is given back: nothing is in flight, nobody waits, no timer is set. */
function expectNothingLeft(): void {
  expect(endpoints.map(({ inFlight, limiter }) => [inFlight, limiter.inFlight, limiter.waiting])).toEqual(
    endpoints.map(() => [0, 0, 0]),
  );
  expect(time.pending).toBe(0);
}

describe('the breaker of an endpoint', () => {
  it('opens after five failures, is left alone for 60 s, and closes with one good probe', async () => {
    const group = makeGroup(2, { retry: { ...defaultRoutingOptions.retry, maxAttempts: 2 } });
    providers[0]!.script = { afterMs: 10, error: failed() };
    for (let i = 0; i < 40; i++) {
      const asked = ask(group);
      await time.advance(200);
      expect(asked.outcome).toBe('ok');
    }
    expect(providers[0]!.calls).toBe(5);
    expect(endpoints[0]!.health()).toMatchObject({ state: 'open', calls: 5, failures: 5 });
    providers[0]!.script = { afterMs: 10 };
    await time.advance(60_000);
    const probing = [ask(group), ask(group), ask(group)];
    await time.advance(5);
    expect(endpoints[0]!.health().state).toBe('half-open');
    expect(providers[0]!.calls).toBe(6);
    await time.advance(200);
    expect(probing.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
    expect(endpoints[0]!.health().state).toBe('closed');
    expect(ofType('endpoint-state-changed').map((event) => 'to' in event && event.to)).toEqual([
      'open',
      'half-open',
      'closed',
    ]);
    expectNothingLeft();
  });

  it('when all are open, says so at once and when to come back', async () => {
    const group = makeGroup(1, { breaker: { ...defaultRoutingOptions.breaker, failures: 1 } });
    providers[0]!.script = { afterMs: 0, error: failed() };
    const first = ask(group);
    await time.advance(1);
    expect(first.outcome).toBe('llm_failed');
    const error = await group
      .open(REQUEST, { signal: new AbortController().signal, requestId: undefined })
      .catch((thrown: NaraeError) => thrown);
    expect(error).toMatchObject({ code: 'llm_unavailable', status: 503, retryAfterSeconds: 60 });
    expect(error).toHaveProperty('message', expect.stringContaining('llm_failed'));
    expect(providers[0]!.calls).toBe(1);
  });

  it("does not count what is not the endpoint's fault", async () => {
    const group = makeGroup(1, { retry: { ...defaultRoutingOptions.retry, maxAttempts: 1 } });
    for (const error of [
      limited(1),
      new NaraeError('llm_rejected', { status: 400 }),
      new NaraeError('aborted'),
    ])
      for (let i = 0; i < 10; i++) {
        providers[0]!.script = { afterMs: 1, error };
        ask(group);
        await time.advance(2);
      }
    expect(endpoints[0]!.health().state).toBe('closed');
  });
});

describe('retry', () => {
  it('goes to another endpoint at once, for free', async () => {
    const group = makeGroup(3, { retryBudgetRatio: 0, retryBudgetPerSecond: 0 });
    providers[0]!.script = { afterMs: 0, error: failed() };
    providers[1]!.script = { afterMs: 0, error: failed() };
    const asked = ask(group);
    await time.advance(100);
    expect(asked.outcome).toBe('ok');
    expect(ofType('generation-retried')).toMatchObject([
      { endpoint: 'e0', attempt: 2, delayMs: 0, errorCode: 'llm_failed', requestId: 'r' },
      { endpoint: 'e1', attempt: 3, delayMs: 0 },
    ]);
  });

  it('comes back to the only endpoint after its Retry-After, within attempts and budget', async () => {
    const group = makeGroup(1);
    providers[0]!.script = { afterMs: 0, error: limited(2) };
    const asked = ask(group);
    await time.advance(1_999);
    expect(providers[0]!.calls).toBe(1);
    await time.advance(8_000);
    expect([providers[0]!.calls, asked.outcome]).toEqual([3, 'llm_rate_limited']);
    expectNothingLeft();
  });

  it('passes a Retry-After on that is too long to wait for', async () => {
    const group = makeGroup(1);
    providers[0]!.script = { afterMs: 0, error: limited(11) };
    const asked = ask(group);
    await time.advance(1);
    expect([providers[0]!.calls, asked.outcome]).toEqual([1, 'llm_rate_limited']);
  });

  it('ends with its budget: a failing server gets little more than the calls themselves', async () => {
    const group = makeGroup(1, {
      retryBudgetPerSecond: 0,
      breaker: { ...defaultRoutingOptions.breaker, failures: 1_000_000 },
    });
    providers[0]!.script = { afterMs: 0, error: failed() };
    for (let i = 0; i < 500; i++) {
      ask(group);
      await time.advance(3);
    }
    await time.advance(60_000);
    expect(providers[0]!.calls).toBeGreaterThan(530);
    expect(providers[0]!.calls).toBeLessThanOrEqual(550);
  });

  it('never asks an endpoint again that refused the key, nor anyone about a request that is wrong', async () => {
    const group = makeGroup(2);
    for (const provider of providers)
      provider.script = { afterMs: 0, error: new NaraeError('llm_unauthorized') };
    const refused = ask(group);
    await time.advance(10_000);
    expect([refused.outcome, providers[0]!.calls, providers[1]!.calls]).toEqual(['llm_unauthorized', 1, 1]);
    for (const provider of providers)
      provider.script = { afterMs: 0, error: new NaraeError('llm_rejected', { status: 400 }) };
    const wrong = ask(group);
    await time.advance(10_000);
    expect(wrong.outcome).toBe('llm_rejected');
    expect(providers[0]!.calls + providers[1]!.calls).toBe(3);
  });

  it('prefers endpoints that did not ask for rest, and uses one that did when it is the only one', async () => {
    const group = makeGroup(2);
    providers[0]!.script = { afterMs: 0, error: limited(5) };
    ask(group);
    await time.advance(200);
    providers[0]!.script = { afterMs: 1 };
    const calls = providers[0]!.calls;
    for (let i = 0; i < 4; i++) {
      ask(group);
      await time.advance(200);
    }
    expect(providers[0]!.calls).toBe(calls);
    expect(endpoints[0]!.health().restsForMs).toBeGreaterThan(0);
    await time.advance(5_000);
    ask(group);
    ask(group);
    await time.advance(200);
    expect(providers[0]!.calls).toBe(calls + 1);
  });
});

describe('limits of an endpoint', () => {
  it('send calls where there is room, then let them wait, then refuse them', async () => {
    const limits = { ...defaultRoutingOptions.limits, queue: { maxWaiting: 1, maxWaitMs: 50 } };
    const group = makeGroup(2, { limits }, 1);
    for (const provider of providers) provider.script = { afterMs: 500 };
    const asked = Array.from({ length: 5 }, () => ask(group));
    await settle();
    expect(providers.map(({ calls }) => calls)).toEqual([1, 1]);
    expect(asked.filter(({ outcome }) => outcome === 'overloaded')).toHaveLength(1);
    await time.advance(50);
    expect(asked.filter(({ outcome }) => outcome === 'overloaded')).toHaveLength(3);
    await time.advance(1_000);
    const outcomes = asked.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === 'overloaded')).toHaveLength(3);
    expect(ofType('limit-waited').length).toBeGreaterThanOrEqual(3);
    // Nobody's fault but ours: the endpoints stay in good health.
    expect(endpoints.map((endpoint) => endpoint.health().failures)).toEqual([0, 0]);
    expectNothingLeft();
  });
});

describe('hedging', () => {
  const hedged = { hedge: { enabled: true, ratio: 0.5 } };

  /** Calls that took 100 ms, then as many that took 50: the p95 is 100. */
  async function warmUp(group: EndpointGroup, calls = 40): Promise<void> {
    for (let i = 0; i < calls; i++) {
      for (const provider of providers) provider.script = { afterMs: i < 20 ? 100 : 50 };
      ask(group);
      await time.advance(100);
    }
    for (const provider of providers) provider.calls = 0;
  }

  it('makes a second call elsewhere after the p95 of first-token time; first content wins', async () => {
    const group = makeGroup(2, hedged);
    await warmUp(group);
    providers[0]!.script = { afterMs: 5_000 };
    const asked = ask(group);
    await time.advance(99);
    expect(providers.map(({ calls }) => calls)).toEqual([1, 0]);
    await time.advance(1);
    expect(providers.map(({ calls }) => calls)).toEqual([1, 1]);
    await time.advance(100);
    expect([asked.outcome, providers[0]!.aborted]).toEqual(['ok', 1]);
    expect(ofType('generation-hedged')).toMatchObject([{ delayMs: 100, outcome: 'second-won' }]);
    expect(endpoints[0]!.health().state).toBe('closed');
    // It learned that the slow one takes at least as long as it was waited for.
    expect(endpoints[0]!.latencyMs).toBeGreaterThan(endpoints[1]!.latencyMs!);
    expectNothingLeft();
  });

  it('makes no more second calls than its budget, and none before it knows the p95', async () => {
    const group = makeGroup(2, { hedge: { enabled: true, ratio: 0.05 } });
    await warmUp(group, 19);
    for (const provider of providers) provider.script = { afterMs: 5_000 };
    for (let i = 0; i < 100; i++) ask(group);
    await time.advance(10_000);
    for (let i = 0; i < 100; i++) ask(group);
    await time.advance(10_000);
    const calls = providers[0]!.calls + providers[1]!.calls;
    expect(calls).toBeLessThanOrEqual(200 + 0.05 * 219);
    expect(calls).toBe(200 + ofType('generation-hedged').length);
    expectNothingLeft();
  });

  it('is off by default', async () => {
    const group = makeGroup(2);
    await warmUp(group);
    providers[0]!.script = { afterMs: 5_000 };
    providers[1]!.script = { afterMs: 5_000 };
    ask(group);
    await time.advance(10_000);
    expect(providers[0]!.calls + providers[1]!.calls).toBe(1);
  });

  it('aborts both calls when the caller leaves', async () => {
    const group = makeGroup(2, hedged);
    await warmUp(group);
    for (const provider of providers) provider.script = { afterMs: 5_000 };
    const controller = new AbortController();
    const asked = ask(group, controller.signal);
    await time.advance(150);
    controller.abort();
    await settle();
    expect(providers.map(({ aborted }) => aborted)).toEqual([1, 1]);
    expect(asked.outcome).toBe('aborted');
    expectNothingLeft();
  });
});
