import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MapTier } from '../../test/support/map-tier.js';
import { type Cache, type CacheKey, contentKey, namedKey, openCaches } from './index.js';

const TTL_MS = 1_000;
const TENANTS = ['acme', '나래'];
const NAMES = ['user_1', 'group_1', '사용자_1'];
const TAGS = ['doc:1', '문서:2'];

/** What a cache must do, in the simplest words: a map of values with their ends. */
class Reference {
  readonly entries = new Map<string, { value: number; untilMs: number; tags: readonly string[] }>();

  get(id: string, nowMs: number): number | undefined {
    const entry = this.entries.get(id);
    return entry && nowMs < entry.untilMs ? entry.value : undefined;
  }

  drop(matches: (id: string, tags: readonly string[]) => boolean): void {
    for (const [id, { tags }] of this.entries) if (matches(id, tags)) this.entries.delete(id);
  }
}

interface World {
  nowMs: number;
  /** Of the node that acts; `flush` lets writes reach the tier. */
  readonly nodes: readonly Cache<number>[];
  readonly reference: Reference;
  nextValue: number;
}

type Step = (world: World) => Promise<void>;

const tenant = fc.constantFrom(...TENANTS);
const name = fc.constantFrom(...NAMES);
const node = fc.nat(1);
const tags = fc.subarray(TAGS);
const ttl = fc.option(fc.constantFrom(200, 700, 3_000), { nil: undefined });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(node, tenant, name, ttl, tags).map(([at, who, what, ttlMs, marks]) => async (world: World) => {
    const value = world.nextValue++;
    nodeAt(world, at).set(namedKey(who, what), value, { ...(ttlMs && { ttlMs }), tags: marks });
    world.reference.entries.set(idOf(who, what), {
      value,
      untilMs: world.nowMs + (ttlMs ?? TTL_MS),
      tags: marks,
    });
  }),
  fc.tuple(node, tenant, name).map(([at, who, what]) => async (world: World) => {
    const found = await nodeAt(world, at).get(namedKey(who, what));
    expect(found?.value).toBe(world.reference.get(idOf(who, what), world.nowMs));
  }),
  fc.tuple(node, tenant, name).map(([at, who, what]) => async (world: World) => {
    const found = nodeAt(world, at).peek(namedKey(who, what));
    if (found) expect(found.value).toBe(world.reference.get(idOf(who, what), world.nowMs));
  }),
  fc
    .tuple(node, tenant, name, fc.boolean(), fc.boolean())
    .map(([at, who, what, fails, forceNew]) => async (world: World) => {
      const [id, fresh] = [idOf(who, what), world.nextValue++];
      const known = forceNew ? undefined : world.reference.get(id, world.nowMs);
      const asked = nodeAt(world, at).getOrCompute(
        namedKey(who, what),
        async () => {
          if (fails) throw new Error('no');
          return fresh;
        },
        { forceNew },
      );
      if (known === undefined && fails) return expect(asked).rejects.toThrow('no');
      expect((await asked).value).toBe(known ?? fresh);
      if (known === undefined)
        world.reference.entries.set(id, { value: fresh, untilMs: world.nowMs + TTL_MS, tags: [] });
    }),
  fc.tuple(node, tenant, name).map(([at, who, what]) => async (world: World) => {
    await nodeAt(world, at).delete(namedKey(who, what));
    world.reference.entries.delete(idOf(who, what));
  }),
  fc
    .tuple(node, tenant, fc.constantFrom(undefined, 'user_*', '*_1', '사용자_?', '*'))
    .map(([at, who, pattern]) => async (world: World) => {
      await nodeAt(world, at).invalidate({ tenant: who, ...(pattern && { pattern }) });
      const glob = new RegExp(`^${(pattern ?? '*').replace('*', '.*').replace('?', '.')}$`, 'u');
      world.reference.drop((id) => id.startsWith(`${who}/`) && glob.test(id.slice(who.length + 1)));
    }),
  fc.tuple(node, tenant, fc.constantFrom(...TAGS)).map(([at, who, tag]) => async (world: World) => {
    await nodeAt(world, at).invalidate({ tenant: who, tag });
    world.reference.drop((id, marks) => id.startsWith(`${who}/`) && marks.includes(tag));
  }),
  fc.constant(settle),
  fc.constantFrom(50, 300, 1_000).map((ms) => async (world: World) => {
    world.nowMs += ms;
  }),
);

/** Lets writes behind reach the tier and news the other node: at once, as after any wait. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 4; turns++) await new Promise((resolve) => setImmediate(resolve));
}

test.each([
  ['one node, memory only', 1, false, 10_000_000],
  ['one node over a shared tier', 1, true, 10_000_000],
  ['one node with no memory over a shared tier', 1, true, 0],
  ['one node with room for one entry over a shared tier', 1, true, 2_400],
  ['two nodes that follow each other', 2, true, 10_000_000],
])('a cache gives what a plain map would: %s', async (_, count, isShared, memoryLimitBytes) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const clock = { now: () => world.nowMs, monotonicMs: () => world.nowMs };
      const tier = new MapTier(clock.now);
      const all = Array.from({ length: count }, () =>
        openCaches({ memoryLimitBytes }, { clock, ...(isShared && { shared: tier }) }),
      );
      const nodes = all.map((caches) => caches.create<number>(OPTIONS));
      const world: World = { nowMs: 1_000_000, nodes, reference: new Reference(), nextValue: 1 };
      for (const run of steps) {
        await run(world);
        if (count > 1) await settle();
      }
      for (const caches of all) await caches.close();
    }),
    { numRuns: count > 1 ? 60 : 400 },
  );
});

const OPTIONS = {
  name: 'numbers',
  version: 1,
  ttlMs: TTL_MS,
  ttlJitter: 0,
  bytesOf: () => 8,
  isValue: (candidate: unknown): candidate is number => typeof candidate === 'number',
  coherence: 'tracked',
} as const;

function nodeAt({ nodes }: World, at: number): Cache<number> {
  return nodes[at % nodes.length] as Cache<number>;
}

function idOf(who: string, what: string): string {
  return `${who}/${what}`;
}

test('keys are equal exactly when all they depend on is', () => {
  const part = fc.letrec((tie) => ({
    part: fc.oneof(
      { maxDepth: 2 },
      fc.constantFrom('', 'a', '1', 'null', 'NaN', '나래', 1, 0, -1, null, true, Number.NaN, Infinity),
      fc.array(tie('part'), { maxLength: 3 }),
    ),
  })).part as fc.Arbitrary<Parameters<typeof contentKey>[1][number]>;
  const parts = fc.array(part, { maxLength: 3 });
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const same = contentKey('t', one).id === contentKey('t', other).id;
      let equal = true;
      try {
        expect(one).toStrictEqual(other);
      } catch {
        equal = false;
      }
      expect(same).toBe(equal);
    }),
    { numRuns: 500 },
  );
});

test('no key and no clearing without a tenant', async () => {
  const caches = openCaches({ memoryLimitBytes: 1_000 });
  const cache = caches.create<number>(OPTIONS);
  const missing = { code: 'cache_scope_missing', field: 'tenant' };
  expect(() => contentKey('', [1])).toThrow(expect.objectContaining(missing));
  expect(() => namedKey('', 'user_1')).toThrow(expect.objectContaining(missing));
  await expect(cache.invalidate({ tenant: '', pattern: '*' })).rejects.toMatchObject(missing);
  await expect(caches.invalidate('nobody', { tenant: 't' })).rejects.toMatchObject({
    code: 'cache_not_found',
  });
  const key: CacheKey = namedKey('t', 'x');
  expect(cache.peek(key)).toBeUndefined();
});
