import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EntryAddress, SharedTier, TierNews, TierRecord, TierScope } from '../../src/cache/tier.js';
import { MapTier } from './map-tier.js';

export interface OpenedTier {
  /** The same store, as this process and as another see it. */
  readonly tier: SharedTier;
  readonly other: SharedTier;
  close(): Promise<void>;
}

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

/** Every shared tier passes these; `open` gives an empty one. */
export function describeSharedTier(open: () => Promise<OpenedTier>): void {
  it('keeps what a map would, calls in order, changes not waited for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 25 }), async (calls) => {
        const opened = await open();
        const reference = new MapTier();
        const nowMs = Date.now();
        try {
          const [found, expected] = await Promise.all(
            [opened.tier, reference].map((tier) => outcomes(tier, calls, nowMs)),
          );
          expect(found).toEqual(expected);
        } finally {
          await opened.close();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('gives nothing past its end, and another process what it wrote', async () => {
    const { tier, other, close } = await open();
    const nowMs = Date.now();
    const [lasting, dying] = ['=:lasting', '=:dying'].map((id) => ({ cache: 'answer', tenant: 't', id }));
    await tier.write(lasting as EntryAddress, record(nowMs, 60_000), []);
    await tier.write(dying as EntryAddress, record(nowMs, 30), []);
    expect(plain(await other.read(lasting as EntryAddress))).toEqual(plain(record(nowMs, 60_000)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await other.read(dying as EntryAddress)).toBeUndefined();
    await close();
  });

  it('tells another process what was invalidated, and changes of what is tracked', async () => {
    const { tier, other, close } = await open();
    const heard: TierNews[] = [];
    await tier.follow(['session'], () => {});
    const stop = await other.follow(['session'], (news) => heard.push(news));
    const [tracked, plainly] = ['session', 'answer'].map((cache) => ({ cache, tenant: 't', id: '=:a' }));
    const invalidated = { cache: 'answer', tenant: '나래', idPattern: '=:user_*' };
    await other.read(tracked as EntryAddress);
    await tier.write(tracked as EntryAddress, record(Date.now(), 60_000), []);
    await tier.write(plainly as EntryAddress, record(Date.now(), 60_000), []);
    await tier.invalidate(invalidated);
    await expect
      .poll(() => heard, { timeout: 5_000 })
      .toContainEqual({ kind: 'invalidated', scope: invalidated });
    await expect.poll(() => heard, { timeout: 5_000 }).toContainEqual({ kind: 'changed', address: tracked });
    expect(heard).not.toContainEqual({ kind: 'changed', address: plainly });
    stop();
    await close();
  });
}

function record(nowMs: number, keepMs: number): TierRecord {
  const untilMs = nowMs + keepMs;
  return {
    body: Buffer.from('값'),
    storedAtMs: nowMs,
    freshUntilMs: untilMs,
    keepUntilMs: untilMs,
    reads: 3,
  };
}

function lifeAt(nowMs: number, { freshMs, reads }: { freshMs: number; reads: number }) {
  return { freshUntilMs: nowMs + freshMs, keepUntilMs: nowMs + 2 * freshMs, reads };
}

function plain(found: TierRecord | undefined) {
  return found && { ...found, body: Buffer.from(found.body).toString('hex') };
}
