import { describe, expect, it } from 'vitest';
import { MapTier } from '../../test/support/map-tier.js';
import type { NaraeEvent } from '../observe/index.js';
import type { Lease, Leases } from '../redis/spec.js';
import { type CacheOptions, contentKey, GROWING_LIFE, namedKey, openCaches } from './index.js';
import type { CachesParts } from './open-caches.js';

const HOUR_MS = 3_600_000;
const KEY = contentKey('acme', ['비밀번호를 바꾸려면?', 5, null]);
const isText = (candidate: unknown): candidate is string => typeof candidate === 'string';

class World {
  nowMs = 1_000_000;
  chance = 0;
  readonly outcomes: string[] = [];
  readonly parts: CachesParts = {
    clock: { now: () => this.nowMs, monotonicMs: () => this.nowMs },
    random: () => this.chance,
    emit: (event: NaraeEvent) => {
      if (event.type === 'cache-read') this.outcomes.push(event.outcome);
    },
  };

  cache(options: Partial<CacheOptions<string>> = {}, parts: CachesParts = {}) {
    const caches = openCaches({ memoryLimitBytes: 1_000_000 }, { ...this.parts, ...parts });
    const defaults = { name: 'answer', version: 1, ttlMs: 1_000, ttlJitter: 0, isValue: isText };
    return caches.create<string>({ ...defaults, bytesOf: (text) => 2 * text.length, ...options });
  }
}

/** A computation that a test ends when it likes. */
class Work {
  calls = 0;
  signal: AbortSignal | undefined;
  #settle: { resolve: (text: string) => void; reject: (error: unknown) => void } | undefined;

  readonly compute = (signal: AbortSignal): Promise<string> => {
    this.calls++;
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  };

  async end(text: string): Promise<void> {
    this.#settle?.resolve(text);
    await turns();
  }

  async fail(error: unknown): Promise<void> {
    this.#settle?.reject(error);
    await turns();
  }
}

async function turns(count = 4): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const gives = (text: string) => async () => text;
const fails = (error: unknown) => async (): Promise<string> => {
  throw error;
};

describe('twins', () => {
  it('share one computation, and what it saved is counted', async () => {
    const [world, work] = [new World(), new Work()];
    const cache = world.cache({ costOf: () => ({ llmCalls: 1, tokens: 30, dollars: 0.5 }) });
    const all = Array.from({ length: 1_000 }, () => cache.getOrCompute(KEY, work.compute));
    await turns();
    await work.end('답');
    const outcomes = (await Promise.all(all)).map(({ outcome, value }) => `${outcome} ${value}`);
    expect(outcomes.sort()).toEqual([...Array(999).fill('joined 답'), 'miss 답']);
    expect(work.calls).toBe(1);
    expect(cache.statistics()).toMatchObject({
      misses: 1,
      joins: 999,
      saved: { llmCalls: 999, tokens: 29_970 },
    });
  });

  it('may leave; only the last one ends the work', async () => {
    const [world, work] = [new World(), new Work()];
    const cache = world.cache();
    const [one, other] = [new AbortController(), new AbortController()];
    const asked = [one, other].map(({ signal }) => cache.getOrCompute(KEY, work.compute, { signal }));
    await turns();
    one.abort();
    await expect(asked[0]).rejects.toMatchObject({ code: 'aborted' });
    expect(work.signal?.aborted).toBe(false);
    other.abort();
    await expect(asked[1]).rejects.toMatchObject({ code: 'aborted' });
    expect(work.signal?.aborted).toBe(true);
    expect((await cache.getOrCompute(KEY, gives('new'))).outcome).toBe('miss');
  });

  it('do not store what was deleted while they computed, nor join it', async () => {
    const [world, work] = [new World(), new Work()];
    const cache = world.cache();
    const asked = cache.getOrCompute(KEY, work.compute, { tags: ['문서:1'] });
    await turns();
    await cache.invalidate({ tenant: 'acme', tag: '문서:1' });
    expect((await cache.getOrCompute(KEY, gives('new'))).value).toBe('new');
    await work.end('old');
    expect((await asked).value).toBe('old');
    expect(cache.peek(KEY)?.value).toBe('new');
  });
});

it('a read of the shared tier brings nothing back that was deleted meanwhile', async () => {
  const world = new World();
  const shared = new MapTier(() => world.nowMs);
  world.cache({}, { shared }).set(KEY, 'old');
  await turns();
  const cache = world.cache({}, { shared });
  const reading = cache.get(KEY);
  await cache.delete(KEY);
  expect((await reading)?.value).toBe('old');
  expect(cache.peek(KEY)).toBeUndefined();
});

describe('a value past its life', () => {
  it('is given out while one caller renews it behind', async () => {
    const [world, work] = [new World(), new Work()];
    const cache = world.cache({ staleWhileRevalidateMs: 500 });
    cache.set(KEY, 'old');
    world.nowMs += 1_200;
    for (let n = 0; n < 3; n++)
      expect(await cache.getOrCompute(KEY, work.compute)).toMatchObject({ value: 'old', outcome: 'stale' });
    await turns();
    expect(work.calls).toBe(1);
    await work.end('new');
    expect(cache.peek(KEY)).toMatchObject({ value: 'new', outcome: 'hit' });
    expect(cache.statistics().stale).toBe(3);
  });

  it('stands in when computing fails, which is not tried again while the failure is remembered', async () => {
    const world = new World();
    const cache = world.cache({ staleIfErrorMs: HOUR_MS, negativeTtlMs: () => 200 });
    cache.set(KEY, 'old');
    world.nowMs += 5_000;
    const work = new Work();
    const asked = cache.getOrCompute(KEY, work.compute);
    await turns();
    await work.fail(new Error('down'));
    expect(await asked).toMatchObject({ value: 'old', outcome: 'stale' });
    expect((await cache.getOrCompute(KEY, work.compute)).value).toBe('old');
    expect(work.calls).toBe(1);
    expect(cache.peek(KEY)).toBeUndefined();
    expect(await cache.getStale(KEY)).toMatchObject({ value: 'old', outcome: 'stale' });
    world.nowMs += 201;
    expect((await cache.getOrCompute(KEY, gives('new'))).outcome).toBe('miss');
    world.nowMs += 2 * HOUR_MS;
    await expect(cache.getOrCompute(KEY, fails('down'))).rejects.toBe('down');
  });

  it('is renewed early by chance, the likelier the later', async () => {
    const world = new World();
    const cache = world.cache({ earlyRefreshRatio: 0.5 });
    cache.set(KEY, 'old');
    world.chance = 0.4;
    const read = async (atMs: number, work: Work) => {
      world.nowMs = 1_000_000 + atMs;
      expect((await cache.getOrCompute(KEY, work.compute)).outcome).toBe('hit');
      await turns();
      return work.calls;
    };
    expect(await read(499, new Work())).toBe(0);
    expect(await read(650, new Work())).toBe(0);
    const work = new Work();
    expect(await read(750, work)).toBe(1);
    await work.end('new');
    expect(cache.peek(KEY)?.value).toBe('new');
  });
});

describe('lives', () => {
  it('grow with use: 1 h, 2 h, 4 h, 24 h at 3, 6 and 11 reads, over both tiers', async () => {
    const world = new World();
    const shared = new MapTier(() => world.nowMs);
    const cache = world.cache(GROWING_LIFE, { shared });
    cache.set(KEY, 'long');
    await turns();
    const lives = [];
    for (let read = 1; read <= 12; read++) {
      expect(cache.peek(KEY)).toBeDefined();
      await turns();
      const [row] = [...shared.rows.values()];
      lives.push(((row?.record.freshUntilMs ?? 0) - world.nowMs) / HOUR_MS);
    }
    expect(lives).toEqual([1, 1, 2, 2, 2, 4, 4, 4, 4, 4, 24, 24]);
    world.nowMs += 23 * HOUR_MS;
    expect(await world.cache(GROWING_LIFE, { shared }).get(KEY)).toMatchObject({ tier: 'shared' });
  });

  it('are shortened at random, so that entries do not die together', () => {
    const world = new World();
    const cache = world.cache({ ttlJitter: 0.2 });
    world.chance = 0.5;
    cache.set(KEY, 'short');
    world.nowMs += 899;
    expect(cache.peek(KEY)).toBeDefined();
    world.nowMs += 1;
    expect(cache.peek(KEY)).toBeUndefined();
  });
});

describe('failures', () => {
  it('that are chosen are remembered for their time', async () => {
    const world = new World();
    const cache = world.cache({ negativeTtlMs: (error) => (error === 'missing' ? 100 : undefined) });
    await expect(cache.getOrCompute(KEY, fails('other'))).rejects.toBe('other');
    await expect(cache.getOrCompute(KEY, fails('missing'))).rejects.toBe('missing');
    await expect(cache.getOrCompute(KEY, gives('now'))).rejects.toBe('missing');
    world.nowMs += 100;
    expect((await cache.getOrCompute(KEY, gives('now'))).value).toBe('now');
    expect(world.outcomes).toEqual(['negative', 'miss']);
  });

  it('of the shared tier are misses, and what cannot be read is dropped', async () => {
    const world = new World();
    const shared = new MapTier(() => world.nowMs);
    const write = world.cache({}, { shared });
    write.set(KEY, '값');
    await turns();
    const read = (options = {}) => world.cache(options, { shared });
    expect(await read().get(KEY)).toMatchObject({ value: '값', tier: 'shared', outcome: 'hit' });
    shared.isDown = true;
    expect((await read().getOrCompute(KEY, gives('new'))).value).toBe('new');
    await turns();
    shared.isDown = false;
    const other = read({ version: 2 });
    expect(await other.get(KEY)).toBeUndefined();
    await turns();
    expect(other.statistics()).toMatchObject({ unreadable: 1, misses: 1 });
    expect(shared.rows.size).toBe(0);
  });
});

it('what is wanted only now is given to twins, and not kept', async () => {
  const cache = new World().cache();
  const work = new Work();
  const half = [1, 2].map(() => cache.getOrCompute(KEY, work.compute, { keepIf: (text) => text !== 'half' }));
  await turns();
  await work.end('half');
  expect((await Promise.all(half)).map(({ outcome }) => outcome)).toEqual(['miss', 'joined']);
  expect(cache.peek(KEY)).toBeUndefined();
});

it('forceNew computes without looking, and keeps what came unless it was removed meanwhile', async () => {
  const cache = new World().cache();
  const work = new Work();
  const removed = cache.getOrCompute(KEY, work.compute, { forceNew: true });
  await cache.delete(KEY);
  await work.end('old');
  expect((await removed).value).toBe('old');
  expect(cache.peek(KEY)).toBeUndefined();
  cache.set(KEY, 'old');
  const forced = await cache.getOrCompute(KEY, gives('new'), { forceNew: true });
  expect(forced).toMatchObject({ value: 'new', outcome: 'bypass', tier: 'source' });
  expect(cache.peek(KEY)?.value).toBe('new');
});

it('nodes that share leases compute a value once', async () => {
  const world = new World();
  const [shared, leases, work] = [new MapTier(() => world.nowMs), new LocalLeases(), new Work()];
  const nodes = Array.from({ length: 3 }, () => world.cache({}, { shared, leases }));
  const all = nodes.flatMap((node) => Array.from({ length: 50 }, () => node.getOrCompute(KEY, work.compute)));
  await turns();
  await work.end('답');
  const outcomes = (await Promise.all(all)).map(({ outcome }) => outcome);
  expect(work.calls).toBe(1);
  expect(outcomes.filter((outcome) => outcome === 'miss')).toHaveLength(1);
  leases.isDown = true;
  expect((await nodes[0]?.getOrCompute(namedKey('t', 'x'), gives('alone')))?.value).toBe('alone');
});

it('options that make no sense are refused by name', () => {
  const world = new World();
  for (const [field, value] of [
    ['ttlMs', 0],
    ['ttlMs', Number.NaN],
    ['ttlJitter', 1.5],
    ['staleIfErrorMs', -1],
    ['version', 1.5],
    ['name', 'Not a name'],
  ] as const)
    expect(() => world.cache({ [field]: value })).toThrow(
      expect.objectContaining({ code: 'invalid_request', field }),
    );
  expect(() => openCaches({ memoryLimitBytes: -1 })).toThrow(
    expect.objectContaining({ field: 'memoryLimitBytes' }),
  );
  expect(() => world.cache().set(KEY, 'x', { tags: Array(17).fill('t') })).toThrow(
    expect.objectContaining({ field: 'tags' }),
  );
});

/** Leases among the nodes of one test. */
class LocalLeases implements Leases {
  readonly #held = new Map<string, Promise<void>>();
  isDown = false;

  async tryAcquire(name: string): Promise<Lease | undefined> {
    return this.#held.has(name) ? undefined : this.#grant(name);
  }

  async acquire(name: string): Promise<Lease> {
    if (this.isDown) throw new Error('down');
    while (this.#held.has(name)) await this.#held.get(name);
    return this.#grant(name);
  }

  async close(): Promise<void> {}

  #grant(name: string): Lease {
    let wake = (): void => {};
    this.#held.set(
      name,
      new Promise((resolve) => {
        wake = resolve;
      }),
    );
    const release = async (): Promise<void> => {
      this.#held.delete(name);
      wake();
    };
    return { fence: 1, lost: new AbortController().signal, release };
  }
}
