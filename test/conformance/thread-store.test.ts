import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ThreadStore, Turn } from '../../dist/threads/index.js';
import { ThreadModel, threadSteps } from '../support/thread-model.js';
import { ENGINES, type StoreSettings, type ThreadEngine } from '../support/thread-stores.js';
import { withMoreTime } from '../support/with-more-time.js';

const said = (text: string) => ({
  messages: [
    { role: 'user' as const, content: `${text}?` },
    { role: 'assistant' as const, content: `${text}! 나래 [1]` },
  ],
});
const words = (turns: readonly Turn[]): string[] =>
  turns.map(({ messages }) => String(messages[0]?.content).replace('?', ''));

describe.each(Object.entries(ENGINES))('threads, %s', (_, start) => {
  let engine: ThreadEngine;
  const stores: ThreadStore[] = [];
  let ids = 0;
  const newThread = (): string => `thread-${++ids}`;
  const open = (settings?: StoreSettings): ThreadStore => {
    const store = engine.open(settings);
    stores.push(store);
    return store;
  };
  beforeAll(async () => {
    engine = await start();
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });
  afterAll(() => engine.stop());

  const opened = async (store: ThreadStore, thread: string, holder = 'test') => {
    const found = await store.open('t', thread, { holder, create: {} });
    if (!found) throw new Error('somebody else holds the lease');
    return { ...found, fence: found.lease.fence };
  };
  const filled = async (store: ThreadStore, texts: readonly string[]) => {
    const thread = newThread();
    const { fence } = await opened(store, thread);
    for (const text of texts) await store.append('t', thread, said(text), { fence });
    return { thread, fence };
  };

  it('keep what was said, with its facts, in order', async () => {
    const store = open();
    const { thread, fence } = await filled(store, ['하나', 'two']);
    const facts = {
      model: 'm',
      usage: { inputTokens: 5, outputTokens: 7, estimated: false },
      citations: [{ n: 1, start: 3, end: 6 }],
    };
    const long = { ...said('긴 글 '.repeat(2_000)), facts, run: 'run_1' };
    const saved = await store.append('t', thread, long, { fence, release: true });
    expect(saved).toMatchObject({ sequence: 3, parent: 2 });
    const { info, path, turns, unreadable } = await open().load('t', thread);
    expect(info).toEqual(saved.info);
    expect(info).toMatchObject({ id: thread, head: 3, turns: 3, records: 3, compressedRecords: 1 });
    expect(info.storedBytes).toBeLessThan(info.payloadBytes / 5);
    expect(path).toEqual([[1, 3]]);
    expect(words(turns.slice(0, 2))).toEqual(['하나', 'two']);
    expect(turns[2]).toEqual({ ...long, sequence: 3, parent: 2, createdAtMs: info.updatedAtMs });
    expect(unreadable).toEqual([]);
    expect((await store.load('t', thread, { lastTurns: 1 })).turns.map(({ sequence }) => sequence)).toEqual([
      3,
    ]);
    expect(await store.getTurn('t', thread, 3)).toEqual(turns[2]);
    await expect(store.getTurn('t', thread, 4)).rejects.toMatchObject({ code: 'checkpoint_not_found' });
  });

  it('take what was said before along into copies and forks', async () => {
    const store = open();
    const { thread } = await filled(store, ['하나', 'two', '셋']);
    const summary = { text: '첫 질문에 답했다.', through: 1 };
    await store.patch('t', thread, { title: '처음', metadata: { k: 1 }, summary });
    const copy = await store.copy('t', thread, { metadata: { l: 2 } });
    const fork = await store.fork('t', thread, { at: 2, title: '둘째' });
    expect(copy).toMatchObject({ title: '처음', metadata: { k: 1, l: 2 }, summary });
    expect(fork).toMatchObject({ title: '둘째', metadata: { k: 1 }, summary });
    for (const made of [copy, fork])
      expect((await store.load('t', made.id, { lastTurns: 0 })).info).toEqual(made);
  });

  it('bound what a thread carries beside its turns, in bytes', async () => {
    const store = open();
    const { thread } = await filled(store, ['하나']);
    const metadata = { note: '나래'.repeat(12_000) };
    await expect(store.patch('t', thread, { metadata })).rejects.toMatchObject({ code: 'state_invalid' });
    await expect(store.create('t', { metadata })).rejects.toMatchObject({ code: 'state_invalid' });
  });

  it('hold after any changes what a simple model holds', async () => {
    const store = open();
    await fc.assert(
      fc.asyncProperty(threadSteps, async (steps) => {
        const thread = newThread();
        const { fence } = await opened(store, thread);
        const model = new ThreadModel();
        for (const step of steps) await model.play(step, store, { tenant: 't', thread, fence });
        await model.compare(store, { tenant: 't', thread });
        const copy = await store.copy('t', thread, { title: '사본' });
        await model.compare(store, { tenant: 't', thread: copy.id });
        const fork = await store.fork('t', thread);
        await model.currentBranch().compare(store, { tenant: 't', thread: fork.id });
      }),
      { numRuns: 60 },
    );
  });

  it('let one writer in at a time; a stale one is refused and changes nothing', async () => {
    const [first, second] = [open(), open()];
    const thread = newThread();
    const mine = await first.open('t', thread, { holder: 'a', create: {} });
    const fence = mine?.lease.fence ?? 0;
    expect(await second.open('t', thread, { holder: 'b' })).toBeUndefined();
    await first.append('t', thread, said('one'), { fence });

    await mine?.lease.release();
    const theirs = await opened(second, thread, 'b');
    expect(theirs.fence).toBeGreaterThan(fence);
    expect(words(theirs.state.turns)).toEqual(['one']);
    for (const stale of [fence, 0, theirs.fence + 1])
      await expect(first.append('t', thread, said('stale'), { fence: stale })).rejects.toMatchObject({
        code: 'thread_lease_lost',
      });
    await expect(first.moveHead('t', thread, 0, { fence })).rejects.toMatchObject({
      code: 'thread_lease_lost',
    });
    await expect(first.prune('t', thread, { fence, keepLast: 0 })).rejects.toMatchObject({
      code: 'thread_lease_lost',
    });
    await second.append('t', thread, said('two'), { fence: theirs.fence, release: true });
    expect(words((await first.load('t', thread)).turns)).toEqual(['one', 'two']);
    expect(await first.open('t', thread, { holder: 'a' })).toBeDefined();
  });

  it('renew the lease of a writer that lives', async () => {
    const [first, second] = [open(), open()];
    await withMoreTime(150, async (ttlMs) => {
      const thread = newThread();
      const mine = await first.open('t', thread, { holder: 'a', ttlMs, create: {} });
      await sleep(3 * ttlMs);
      expect(mine?.lease.lost.aborted).toBe(false);
      expect(await second.open('t', thread, { holder: 'b' })).toBeUndefined();
      await mine?.lease.release();
    });
  });

  it('pass on the lease of a writer that died', async () => {
    const [dead, next] = [open(), open()];
    const thread = newThread();
    await dead.open('t', thread, { holder: 'a', ttlMs: 200, create: {} });
    await dead.close();
    stores.splice(stores.indexOf(dead), 1);
    const taken = await vi.waitUntil(() => next.open('t', thread, { holder: 'b' }), { timeout: 90_000 });
    expect(taken.state.turns).toEqual([]);
  });

  it('keep the order of many writers on several connections', async () => {
    const thread = newThread();
    const write = async (writer: number): Promise<void> => {
      const store = open();
      for (let count = 0; count < 8; ) {
        const mine = await store.open('t', thread, { holder: `w${writer}`, create: {} });
        if (!mine) {
          await sleep(5);
          continue;
        }
        const seen = mine.state.info.turns;
        const text = `${writer}:${count++}:${seen}`;
        await store.append('t', thread, said(text), { fence: mine.lease.fence, release: true });
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(write));
    const { turns } = await open().load('t', thread, { lastTurns: 100 });
    const parts = words(turns).map((text) => text.split(':').map(Number));
    expect(parts.map(([, , seen]) => seen)).toEqual(Array.from({ length: 48 }, (__, at) => at));
    for (const writer of [0, 1, 2, 3, 4, 5])
      expect(parts.filter(([who]) => who === writer).map(([, count]) => count)).toEqual([
        0, 1, 2, 3, 4, 5, 6, 7,
      ]);
  });

  it('never show one tenant what is another’s', async () => {
    const store = open();
    const { thread, fence } = await filled(store, ['비밀']);
    const gone = { code: 'thread_not_found', status: 404 };
    for (const other of ['u', 't}', 't:', '', 't%']) {
      await expect(store.load(other, thread)).rejects.toMatchObject(gone);
      await expect(store.append(other, thread, said('x'), { fence })).rejects.toMatchObject(gone);
      await expect(store.history(other, thread, { limit: 1 })).rejects.toMatchObject(gone);
      await expect(store.fork(other, thread)).rejects.toMatchObject(gone);
      await expect(store.patch(other, thread, { title: 'x' })).rejects.toMatchObject(gone);
      await expect(store.delete(other, thread)).rejects.toMatchObject(gone);
      expect(await store.loadMany(other, [thread])).toEqual([undefined]);
      expect((await store.list(other, { limit: 10 })).items).toEqual([]);
    }
    await store.create('u', { id: thread });
    expect((await store.load('u', thread)).turns).toEqual([]);
    expect(words((await store.load('t', thread)).turns)).toEqual(['비밀']);
  });

  it('are made, named, listed by last save, loaded together and deleted', async () => {
    const store = open();
    const tenant = `tenant ${++ids} {나}`;
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      await store.create(tenant, { id, title: `제목 ${id}`, metadata: { empty: [], n: 1 } });
      await sleep(2);
    }
    await expect(store.create(tenant, { id: 'a' })).rejects.toMatchObject({ code: 'thread_exists' });
    expect((await store.create(tenant, { id: 'a', ifExists: 'keep' })).title).toBe('제목 a');
    await expect(store.create(tenant, { id: 'no/slash' })).rejects.toMatchObject({ code: 'invalid_name' });
    const mine = await store.open(tenant, 'b', { holder: 'x' });
    await store.append(tenant, 'b', said('new'), { fence: mine?.lease.fence ?? 0, release: true });

    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list(tenant, { limit: 2, ...(cursor !== undefined && { cursor }) });
      pages.push(page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(pages).toEqual([['b', 'e'], ['d', 'c'], ['a']]);
    await expect(store.list(tenant, { limit: 2, cursor: 'mine' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    });

    const patched = await store.patch(tenant, 'c', { title: null, metadata: { n: null, m: ['새'] } });
    expect(patched).toEqual((await store.load(tenant, 'c')).info);
    expect(patched.title).toBeUndefined();
    expect(patched.metadata).toEqual({ empty: [], m: ['새'] });
    await store.delete(tenant, 'd');
    const many = await store.loadMany(tenant, ['b', 'd', 'a', 'nowhere']);
    expect(many.map((state) => state?.turns.length)).toEqual([1, undefined, 0, undefined]);
    expect((await store.list(tenant, { limit: 10 })).items.map(({ id }) => id)).toEqual(['b', 'e', 'c', 'a']);
    await expect(store.delete(tenant, 'd')).rejects.toMatchObject({ code: 'thread_not_found' });
  });

  it('lose none of two patches made at once', async () => {
    const store = open();
    const { id } = await store.create('t', { id: newThread() });
    await Promise.all([1, 2, 3].map((n) => store.patch('t', id, { metadata: { [`k${n}`]: n } })));
    expect((await store.load('t', id)).info.metadata).toEqual({ k1: 1, k2: 2, k3: 3 });
  });

  it.each([
    ['torn', (record: Buffer) => record.subarray(0, record.length - 3), 'damaged'],
    ['empty', () => Buffer.alloc(0), 'cut short'],
    ['changed', (record: Buffer) => record.fill(7, 9, 12), 'damaged'],
    ['newer', (record: Buffer) => Buffer.concat([Buffer.from([9]), record.subarray(1)]), 'newer version'],
  ])('stay readable around a record that is %s', async (_name, change, reason) => {
    const store = open();
    const { thread, fence } = await filled(store, ['one', 'two', 'three']);
    await engine.spoil(thread, 2, change);
    const error = {
      code: 'thread_record_unreadable',
      message: expect.stringMatching(`Record 2 .*${reason}`),
    };
    const state = await store.load('t', thread);
    expect(words(state.turns)).toEqual(['one', 'three']);
    expect(state.unreadable).toMatchObject([error]);
    await expect(store.getTurn('t', thread, 2)).rejects.toMatchObject(error);
    const { entries } = await store.history('t', thread, { limit: 10 });
    expect(entries).toMatchObject([
      { kind: 'turn' },
      { kind: 'unreadable', sequence: 2, error },
      { kind: 'turn' },
    ]);
    await store.append('t', thread, said('four'), { fence });
    const mended = await store.removeTurn('t', thread, 2, { fence });
    expect(mended).toMatchObject({ records: 3, turns: 3, head: 4 });
    const after = await store.load('t', thread);
    expect(words(after.turns)).toEqual(['one', 'three', 'four']);
    expect(after.unreadable).toEqual([]);
    expect(after.turns.map(({ parent }) => parent)).toEqual([0, 1, 3]);
  });

  it('drop what is older than they are told', async () => {
    const store = open();
    await withMoreTime(150, async (olderThanMs) => {
      const { thread, fence } = await filled(store, ['a', 'b', 'c']);
      await sleep(2 * olderThanMs);
      await store.append('t', thread, said('d'), { fence });
      expect(await store.prune('t', thread, { olderThanMs: 60_000, fence })).toBe(0);
      expect(await store.prune('t', thread, { olderThanMs, keepLast: 2, fence })).toBe(2);
      expect(words((await store.load('t', thread)).turns)).toEqual(['c', 'd']);
      expect(await store.prune('t', thread, { olderThanMs, fence })).toBe(1);
      expect(await store.prune('t', thread, { keepLast: 0, fence, release: true })).toBe(1);
      expect((await store.load('t', thread)).info).toMatchObject({
        head: 0,
        turns: 0,
        payloadBytes: 0,
        storedBytes: 0,
      });
      await expect(store.prune('t', thread, { fence })).rejects.toMatchObject({ code: 'invalid_request' });
    });
  });

  it('live longer the more they are used, and go as a whole', async () => {
    await withMoreTime(400, async (ttlMs) => {
      const life = [
        { uses: 0, ttlMs },
        { uses: 3, ttlMs: 3_600_000 },
      ];
      const store = open({ life });
      const before = await engine.size();
      const [short, long] = [await filled(store, ['짧은', 'short']), await filled(store, ['long'])];
      for (let uses = 0; uses < 3; uses++) await store.load('t', long.thread);
      for (let looks = 0; looks < 3; looks++) await store.load('t', short.thread, { lastTurns: 0 });
      const { expiresAtMs = 0, updatedAtMs } = (await store.load('t', long.thread)).info;
      expect(expiresAtMs - updatedAtMs).toBeGreaterThan(3_000_000);
      await sleep(1.5 * ttlMs);
      await expect(store.load('t', short.thread)).rejects.toMatchObject({ code: 'thread_not_found' });
      const listed = (await store.list('t', { limit: 1_000 })).items.map(({ id }) => id);
      expect(listed).not.toContain(short.thread);
      expect((await store.load('t', long.thread)).turns).toHaveLength(1);
      await store.sweep();
      await store.delete('t', long.thread);
      expect(await engine.size()).toBe(before);
      expect(await store.create('t', { id: short.thread })).toMatchObject({ records: 0 });
    });
  });
});
