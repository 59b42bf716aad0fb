import { expect, test } from 'vitest';
import type { HistoryEntry, HistoryOptions, ThreadState, ThreadStore, Turn } from '../../../threads/spec.js';
import { newestAfter, readBranches } from './branches.js';

/** A conversation of so many turns in a row whose turns 1 and 2,000 were both answered anew at its end. */
const LAST = 2_500;
const PARENTS = [...Array.from({ length: LAST }, (_, at) => at), 1_999, 0];

const threads = {
  history: async (_tenant: string, _thread: string, options: HistoryOptions) => {
    const { limit, before = Number.MAX_SAFE_INTEGER } = options;
    const entries = PARENTS.map((parent, at): HistoryEntry => {
      return { kind: 'turn', turn: { sequence: at + 1, parent } as Turn };
    });
    const older = entries.toReversed().filter((entry) => sequenceOf(entry) < before);
    const page = older.slice(0, limit);
    return { entries: page, ...(older.length > limit && { nextBefore: sequenceOf(page.at(-1)!) }) };
  },
} as unknown as ThreadStore;

const state = {
  info: { id: 't', records: PARENTS.length, turns: LAST },
  path: [[1, LAST]],
} as unknown as ThreadState;

function sequenceOf(entry: HistoryEntry): number {
  return entry.kind === 'turn' ? entry.turn.sequence : entry.sequence;
}

test('a long conversation with branches is there from its end to its beginning', async () => {
  const seen: number[] = [];
  for (let before: number | undefined; ; ) {
    const asked = { limit: 200, before, branches: 'current' } as const;
    const { entries, nextBefore } = await readBranches(threads, 'a', state, asked);
    seen.unshift(...entries.map(sequenceOf));
    if (nextBefore === undefined) break;
    before = nextBefore;
  }
  expect(seen).toEqual(Array.from({ length: LAST }, (_, at) => at + 1));
});

test('versions of a turn are known however far apart they were made', async () => {
  const near = { limit: 10, branches: 'all' } as const;
  const { versionsOf } = await readBranches(threads, 'a', state, near);
  expect(versionsOf({ sequence: LAST + 1, parent: 1_999 })).toEqual([2_000, LAST + 1]);
  expect(versionsOf({ sequence: LAST + 2, parent: 0 })).toEqual([1, LAST + 2]);
});

test('the newest turn after one far back is found', async () => {
  expect(await newestAfter(threads, 'a', 't', 1)).toBe(LAST + 1);
  expect(await newestAfter(threads, 'a', 't', 2_000)).toBe(LAST);
  expect(await newestAfter(threads, 'a', 't', LAST + 2)).toBe(LAST + 2);
});
