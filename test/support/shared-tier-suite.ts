import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EntryAddress, SharedTier, TierNews, TierRecord } from '../../src/cache/tier.js';

const HOUR_MS = 3_600_000;

/** Two processes' views of one shared tier. */
export interface TierPair {
  readonly here: SharedTier;
  readonly there: SharedTier;
  close(): Promise<void>;
}

export function record(text: string, life: Partial<TierRecord> = {}): TierRecord {
  const nowMs = Date.now();
  const body = new TextEncoder().encode(text);
  return {
    body,
    storedAtMs: nowMs,
    freshUntilMs: nowMs + HOUR_MS,
    keepUntilMs: nowMs + HOUR_MS,
    reads: 0,
    ...life,
  };
}

/** What every shared tier does. `slow`: what needs to wait for real time is left out. */
export function sharedTierSuite(open: () => Promise<TierPair>): void {
  let pair: TierPair;
  let names = 0;
  const fresh = (id: string, tenant = 'acme'): EntryAddress => ({ cache: `c${names++}`, tenant, id });
  const textAt = async (tier: SharedTier, address: EntryAddress): Promise<string | undefined> => {
    const found = await tier.read(address);
    return found && new TextDecoder().decode(found.body);
  };
  beforeAll(async () => {
    pair = await open();
  });
  afterAll(() => pair.close());

  it('gives what was written, on every node, until it is deleted', async () => {
    const address = fresh('질문');
    expect(await pair.here.read(address)).toBeUndefined();
    const written = record('답', { reads: 7 });
    await pair.here.write(address, written, ['문서:1']);
    const found = await pair.there.read(address);
    expect({ ...found, body: undefined }).toEqual({ ...written, body: undefined });
    expect(await textAt(pair.there, address)).toBe('답');
    await pair.there.delete(address);
    expect(await pair.here.read(address)).toBeUndefined();
    await pair.here.delete(address);
  });

  it('keeps addresses apart whatever they are made of, and forgets nothing it was not told to', async () => {
    const part = fc.string({
      unit: fc.constantFrom(...'ab:{}%*?[\\]가👍\ud800'),
      minLength: 1,
      maxLength: 6,
    });
    const addresses = fc.uniqueArray(fc.record({ cache: part, tenant: part, id: part }), {
      selector: (address) => JSON.stringify(address),
      minLength: 2,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(addresses, async ([gone, ...kept]) => {
        await Promise.all(
          [gone!, ...kept].map((address) => pair.here.write(address, record(JSON.stringify(address)), [])),
        );
        await pair.there.delete(gone!);
        expect(await pair.here.read(gone!)).toBeUndefined();
        for (const address of kept) expect(await textAt(pair.there, address)).toBe(JSON.stringify(address));
        await Promise.all(kept.map((address) => pair.here.delete(address)));
      }),
      { numRuns: 60 },
    );
  });

  it('takes calls about one address in their order', async () => {
    const address = fresh('order');
    const calls = [
      pair.here.write(address, record('1'), ['t']),
      pair.here.delete(address),
      pair.here.write(address, record('2'), []),
      pair.here.write(address, record('3'), ['u']),
      pair.here.touch(address, record('', { reads: 9 })),
    ];
    const found = pair.here.read(address);
    await Promise.all(calls);
    expect(new TextDecoder().decode((await found)?.body)).toBe('3');
    expect((await pair.there.read(address))?.reads).toBe(9);
  });

  it('forgets at the end of a life, which a touch can move', async () => {
    const [short, moved, dead] = [fresh('short'), fresh('moved'), fresh('dead')];
    const later = { freshUntilMs: Date.now() + HOUR_MS, keepUntilMs: Date.now() + HOUR_MS, reads: 3 };
    await pair.here.write(dead, record('c', { freshUntilMs: 1, keepUntilMs: 1 }), []);
    await pair.there.touch(fresh('none'), later);
    let endMs: number;
    // Again with a longer life where the machine was too busy for the touch to come in time.
    for (let lifeMs = 80; ; lifeMs *= 2) {
      endMs = Date.now() + lifeMs;
      const soon = { freshUntilMs: endMs, keepUntilMs: endMs };
      await pair.here.write(short, record('a', soon), ['t']);
      await pair.here.write(moved, record('b', soon), ['t']);
      await pair.there.touch(moved, later);
      if (Date.now() < endMs) break;
    }
    await expect.poll(() => Date.now()).toBeGreaterThan(endMs);
    expect(await pair.here.read(short)).toBeUndefined();
    expect(await pair.here.read(dead)).toBeUndefined();
    expect(await pair.here.read(moved)).toMatchObject(later);
    expect(await pair.here.invalidate({ cache: moved.cache, tenant: 'acme', tag: 't' })).toBe(1);
  });

  it('drops a tenant, a pattern or a tag, and nothing beside', async () => {
    const { cache } = fresh('');
    const put = (tenant: string, id: string, tags: readonly string[] = []) =>
      pair.here.write({ cache, tenant, id }, record(id), tags);
    const left = async (): Promise<string[]> => {
      const all = ['a', 'b'].flatMap((tenant) =>
        ['user_1', 'user_가', 'user_가나', 'other'].map((id) => ({ cache, tenant, id })),
      );
      const found = await Promise.all(all.map((address) => pair.there.read(address)));
      return all.flatMap(({ tenant, id }, at) => (found[at] ? [`${tenant}/${id}`] : []));
    };
    await Promise.all(
      ['user_1', 'user_가', 'user_가나', 'other'].map((id) => put('a', id, ['문서:{1}', id])),
    );
    await put('b', 'user_1', ['문서:{1}']);
    await put('a', 'other', ['new']);
    expect(await pair.there.invalidate({ cache, tenant: 'a', idPattern: 'user_?' })).toBe(2);
    expect(await left()).toEqual(['a/user_가나', 'a/other', 'b/user_1']);
    // `other` was replaced by one without the tag.
    expect(await pair.here.invalidate({ cache, tenant: 'a', tag: '문서:{1}' })).toBe(1);
    expect(await left()).toEqual(['a/other', 'b/user_1']);
    expect(await pair.here.invalidate({ cache, tenant: 'b', idPattern: 'user*', tag: 'absent' })).toBe(0);
    expect(await pair.here.invalidate({ cache, tenant: 'a' })).toBe(1);
    expect(await left()).toEqual(['b/user_1']);
  });

  it('tells other nodes of invalidations and, where it is asked to, of changes', async () => {
    const address = fresh('가:1');
    const heard: TierNews[] = [];
    const stop = await pair.there.follow([address.cache], (news) => heard.push(news));
    await pair.here.write(address, record('x'), []);
    await expect.poll(() => heard).toContainEqual({ kind: 'changed', address });
    const scope = { cache: address.cache, tenant: 'acme', idPattern: '가*' };
    await pair.here.invalidate(scope);
    await expect.poll(() => heard).toContainEqual({ kind: 'invalidated', scope });
    stop();
  });

  it('refuses changes once closed', async () => {
    const { here, close } = await open();
    await here.close();
    await expect(here.write(fresh('x'), record('x'), [])).rejects.toMatchObject({ code: 'closing' });
    await close();
  });
}
