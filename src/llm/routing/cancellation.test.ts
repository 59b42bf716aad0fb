import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FakeUpstream } from '../../../test/support/fake-upstream.js';
import { ASK, ask, RoutedLab } from '../../../test/support/routed-models.js';
import type { NaraeError } from '../../core/index.js';
import type { RoutedModels } from './create-routed-models.js';
import { defaultRoutingOptions } from './options.js';

let lab: RoutedLab;
let upstream: FakeUpstream;
let controller: AbortController;

beforeEach(async () => {
  lab = new RoutedLab();
  upstream = await lab.upstream();
  controller = new AbortController();
});
afterEach(() => lab.close());

function modelNamed(upstreamModel: string, routing: Parameters<RoutedLab['models']>[0]['routing'] = {}) {
  const models = [{ name: 'm', provider: 'openai' as const, baseUrl: upstream.baseUrl, upstreamModel }];
  return lab.models({ models, routing });
}

const outcome = (registry: RoutedModels): Promise<string> =>
  ask(registry, 'm', controller.signal).then(
    () => 'ok',
    (error: NaraeError) => error.code,
  );

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

/** Every place is free again. */
function expectFree(registry: RoutedModels): void {
  const { inFlight, waiting, models } = registry.health();
  expect([inFlight, waiting]).toEqual([0, 0]);
  expect(models[0]?.endpoints).toMatchObject([{ inFlight: 0, waiting: 0, state: 'closed', failures: 0 }]);
}

describe('whoever leaves', () => {
  it('while queued for a place in all, or at a server, takes nothing with them', async () => {
    for (const full of [{ maxInFlight: 1 }, { maxInFlightPerEndpoint: 1 }]) {
      const limits = { ...defaultRoutingOptions.limits, ...full };
      const registry = modelNamed('hang', { limits });
      const holder = new AbortController();
      const held = ask(registry, 'm', holder.signal).catch((error: NaraeError) => error.code);
      const asked = upstream.seen.length + 1;
      await expect.poll(() => upstream.seen.length).toBe(asked);
      const queued = outcome(registry);
      const { health } = registry;
      const waiting = (): number => health().waiting + (health().models[0]?.endpoints[0]?.waiting ?? 0);
      await expect.poll(waiting).toBe(1);
      controller.abort();
      expect(await queued).toBe('aborted');
      expect(waiting()).toBe(0);
      holder.abort();
      expect(await held).toBe('aborted');
      expect(upstream.seen.length).toBe(asked);
      expectFree(registry);
      expect(lab.ofType('limit-waited').at(-1)).toMatchObject({ outcome: 'aborted' });
      controller = new AbortController();
    }
  });

  it.each([
    'hang',
    'hang-after-head',
    'hang-mid-stream',
    'endless',
  ])('while the upstream is at "%s" closes the upstream connection', async (fault) => {
    const registry = modelNamed(fault);
    const before = timers();
    const asked = outcome(registry);
    await expect.poll(() => upstream.seen.length).toBe(1);
    const disconnected = upstream.nextDisconnect();
    controller.abort();
    expect(await asked).toBe('aborted');
    await disconnected;
    expectFree(registry);
    expect(upstream.seen.length).toBe(1);
    await expect.poll(timers).toBeLessThanOrEqual(before);
  });

  it('while connecting ends the wait at once', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    // It takes the connection and never answers the TLS handshake.
    const models = [{ name: 'm', provider: 'openai' as const, baseUrl: `https://127.0.0.1:${port}/v1` }];
    const registry = lab.models({ models, llm: { connectTimeoutMs: 60_000 } });
    const asked = outcome(registry);
    await once(server, 'connection');
    controller.abort();
    expect(await asked).toBe('aborted');
    expectFree(registry);
    server.close();
  });

  it('in the sleep before a retry ends the sleep, its timer too, and nothing is tried again', async () => {
    const registry = modelNamed('429');
    const before = timers();
    const asked = outcome(registry);
    await expect.poll(() => lab.ofType('generation-retried').length).toBe(1);
    expect(lab.ofType('generation-retried')[0]?.delayMs).toBeGreaterThan(6_000);
    controller.abort();
    expect(await asked).toBe('aborted');
    await expect.poll(timers).toBeLessThanOrEqual(before);
    expect(upstream.seen.length).toBe(1);
    expect(registry.health().inFlight).toBe(0);
  });

  it('without reading on, as a reader does that was cut off itself, frees everything all the same', async () => {
    const registry = modelNamed('endless');
    const { provider } = registry.resolve('m');
    const { signal } = controller;
    const parts = provider.stream({ ...ASK, model: 'm' }, { signal })[Symbol.asyncIterator]();
    expect((await parts.next()).done).toBe(false);
    expect(registry.health().inFlight).toBe(1);
    const disconnected = upstream.nextDisconnect();
    controller.abort();
    expectFree(registry);
    await disconnected;
    await expect(parts.next()).rejects.toMatchObject({ code: 'aborted' });
  });

  it('by ending the iteration closes the upstream as well', async () => {
    const registry = modelNamed('endless');
    const { provider } = registry.resolve('m');
    const disconnected = upstream.nextDisconnect();
    for await (const _ of provider.stream({ ...ASK, model: 'm' }, { signal: controller.signal })) break;
    await disconnected;
    expectFree(registry);
  });

  it('in a crowd leaves nothing behind: 200 calls in every phase at once', async () => {
    const limits = {
      ...defaultRoutingOptions.limits,
      maxInFlightPerEndpoint: 120,
      queue: { maxWaiting: 1000, maxWaitMs: 10_000 },
    };
    const faults = ['hang', 'endless', 'hang-mid-stream', '429'];
    const registry = lab.models({
      models: faults.map((upstreamModel) => ({
        name: upstreamModel,
        provider: 'openai' as const,
        baseUrl: upstream.baseUrl,
        upstreamModel,
      })),
      routing: { limits },
    });
    const before = timers();
    const clients = Array.from({ length: 200 }, () => new AbortController());
    const asked = clients.map(({ signal }, index) =>
      ask(registry, faults[index % 4], signal).then(
        () => 'ok',
        (error: NaraeError) => error.code,
      ),
    );
    await expect.poll(() => upstream.seen.length).toBeGreaterThan(119);
    for (const client of clients) client.abort();
    const outcomes = new Set(await Promise.all(asked));
    // The budget for retries is smaller than the crowd: some had their 429 already.
    expect([...outcomes].filter((code) => code !== 'llm_rate_limited')).toEqual(['aborted']);
    const { inFlight, waiting, models } = registry.health();
    expect([inFlight, waiting, ...models.map(({ endpoints: [only] }) => only?.inFlight)]).toEqual([
      0, 0, 0, 0, 0, 0,
    ]);
    await expect.poll(timers).toBeLessThanOrEqual(before);
  });
});

describe('the total time', () => {
  it('bounds all attempts together', async () => {
    const models = [
      { name: 'm', provider: 'openai' as const, baseUrl: upstream.baseUrl, upstreamModel: 'hang' },
    ];
    const llm = { firstTokenTimeoutMs: 60, totalTimeoutMs: 150 };
    const registry = lab.models({
      models,
      llm,
      routing: { retry: { ...defaultRoutingOptions.retry, maxAttempts: 10 } },
    });
    const error = await ask(registry).catch((thrown: NaraeError) => thrown);
    expect(error).toMatchObject({ code: 'llm_timeout' });
    expect(error).toHaveProperty('message', expect.stringContaining('"m"'));
    expect(upstream.seen.length).toBeLessThan(4);
    expect(registry.health().inFlight).toBe(0);
  });
});
