import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SharedTier, TierRecord, TierScope } from '../../src/cache/tier.js';
import { MapTier } from './map-tier.js';

const address = fc.record({
  cache: fc.constantFrom('answer', 'session'),
  tenant: fc.constantFrom('acme', '나래', 'a:b'),
  id: fc.constantFrom(
    '=:user_1',
    '=:user_12',
    '=:사용자_1',
    '=:[x]*{y}',
    '#:aGFzaA',
    `=:${'길'.repeat(1_000)}`,
  ),
});
const tags = fc.uniqueArray(fc.constantFrom('doc:1', '문서:2', 'a b'), { maxLength: 3 });
const life = fc.record({ freshMs: fc.integer({ min: 60_000, max: 90_000 }), reads: fc.nat(100) });
const body = fc.uint8Array({ maxLength: 3_000 });
const scope: fc.Arbitrary<TierScope> = fc
  .tuple(address, fc.constantFrom(undefined, '=:user_*', '=:*_?', '*', '=:[x]*', '=:사용자_1'), tags)
  .map(([{ cache, tenant }, idPattern, [tag]]) => ({
    cache,
    tenant,
    ...(idPattern !== undefined && { idPattern }),
    ...(tag !== undefined && { tag }),
  }));

interface Call {
  readonly isRead: boolean;
  run(tier: SharedTier, nowMs: number): Promise<unknown>;
}

const read: fc.Arbitrary<Call> = address.map((at) => ({
  isRead: true,
  run: async (tier) => plain(await tier.read(at)),
}));
const change: fc.Arbitrary<Call['run']> = fc.oneof(
  fc.tuple(address, body, life, tags).map(
    ([at, bytes, age, marks]): Call['run'] =>
      (tier, nowMs) =>
        tier.write(at, { body: bytes, storedAtMs: nowMs, ...lifeAt(nowMs, age) }, marks),
  ),
  fc.tuple(address, life).map(
    ([at, age]): Call['run'] =>
      (tier, nowMs) =>
        tier.touch(at, lifeAt(nowMs, age)),
  ),
  address.map(
    (at): Call['run'] =>
      (tier) =>
        tier.delete(at),
  ),
  scope.map(
    (which): Call['run'] =>
      (tier) =>
        tier.invalidate(which),
  ),
);
const call = fc.oneof(
  read,
  change.map((run): Call => ({ isRead: false, run })),
);

/** Changes are not waited for, except by reads: these must see them all the same. */
function outcomes(tier: SharedTier, calls: readonly Call[], nowMs: number): Promise<unknown[]> {
  return calls
    .reduce<Promise<unknown[]>>(async (before, { isRead, run }) => {
      const known = await before;
      const outcome = run(tier, nowMs);
      return [...known, isRead ? await outcome : outcome];
    }, Promise.resolve([]))
    .then((all) => Promise.all(all));
}

/** Any run of calls gives what a plain map would; `open` gives an empty tier. */
export function sharedTierModelTest(open: () => Promise<SharedTier>): void {
  it('keeps what a map would, calls in order, changes not waited for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 25 }), async (calls) => {
        const opened = await open();
        const reference = new MapTier();
        const nowMs = Date.now();
        try {
          const [found, expected] = await Promise.all(
            [opened, reference].map((tier) => outcomes(tier, calls, nowMs)),
          );
          expect(found).toEqual(expected);
        } finally {
          await opened.close();
        }
      }),
      { numRuns: 40 },
    );
  });
}

function lifeAt(nowMs: number, { freshMs, reads }: { freshMs: number; reads: number }) {
  return { freshUntilMs: nowMs + freshMs, keepUntilMs: nowMs + 2 * freshMs, reads };
}

function plain(found: TierRecord | undefined) {
  return found && { ...found, body: Buffer.from(found.body).toString('hex') };
}
