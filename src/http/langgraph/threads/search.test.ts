import { expect, test } from 'vitest';
import type { LangGraphParts } from '../parts.js';
import { countThreads, searchThreads } from './search.js';

/** So many threads, the newest first, and how many of them were listed. */
class Threads {
  listed = 0;

  constructor(private readonly count: number) {}

  async list(_tenant: string, { limit, cursor = '0' }: { limit: number; cursor?: string }) {
    const from = Number(cursor);
    const items = Array.from({ length: Math.min(limit, this.count - from) }, (_, at) => ({
      id: `t${from + at}`,
      createdAtMs: from + at,
      updatedAtMs: this.count - from - at,
      metadata: { even: (from + at) % 2 === 0 },
    }));
    this.listed += items.length;
    const next = from + items.length;
    return { items, ...(next < this.count && { nextCursor: String(next) }) };
  }
}

function world(count: number) {
  const threads = new Threads(count);
  const graph = { state: async () => ({ values: {}, next: [], tasks: [], checkpoint: {}, metadata: {} }) };
  const parts = { threads, runs: { list: async () => [] }, graphs: { ofThread: () => graph } };
  return { threads, parts: parts as unknown as LangGraphParts };
}

const idsOf = (found: object[]) => found.map((thread) => (thread as { thread_id: string }).thread_id);

test('a search for the threads used last lists no more of them than it needs', async () => {
  const { threads, parts } = world(100_000);
  expect(idsOf(await searchThreads(parts, 'a', { limit: 2 }))).toEqual(['t0', 't1']);
  expect(threads.listed).toBe(1_000);
  const further = { metadata: { even: true }, limit: 1, offset: 700, sort_by: 'updated_at' } as const;
  expect(idsOf(await searchThreads(parts, 'a', further))).toEqual(['t1400']);
  expect(threads.listed).toBe(3_000);
});

test('one in another order, and a count, look through ten thousand at most', async () => {
  const { threads, parts } = world(30_000);
  const oldest = { limit: 1, sort_by: 'created_at', sort_order: 'desc' } as const;
  expect(idsOf(await searchThreads(parts, 'a', oldest))).toEqual(['t9999']);
  expect(await countThreads(parts, 'a', { metadata: { even: true } })).toBe(5_000);
  expect(threads.listed).toBe(20_000);
});
