import { describe, expect, it } from 'vitest';
import type { ThreadInfo } from '../api/types.js';
import { formatAgo } from '../ui/format.js';
import { addPage, firstPage, refreshFirstPage, withoutThread, withThread } from './thread-list.js';

/** Ids rise with age: `1` was used last. */
const thread = (age: number, id = String(age)): ThreadInfo => ({
  id,
  title: `대화 ${id}`,
  updated_at: new Date(Date.UTC(2026, 0, 30 - age)).toISOString(),
});
const ids = ({ threads }: { readonly threads: readonly ThreadInfo[] }) => threads.map(({ id }) => id);

describe('the list of conversations', () => {
  const first = firstPage({ threads: [thread(1), thread(2)], next_cursor: 'a' });
  const both = addPage(first, { threads: [thread(3), thread(4)], next_cursor: 'b' });

  it('grows by pages, and shows no conversation twice', () => {
    expect(ids(both)).toEqual(['1', '2', '3', '4']);
    expect(both.nextCursor).toBe('b');
    const last = addPage(both, { threads: [thread(4), thread(5)] });
    expect(ids(last)).toEqual(['1', '2', '3', '4', '5']);
    expect(last.nextCursor).toBeUndefined();
  });

  it('read again, it moves what was used to the front and keeps the pages below', () => {
    const page = { threads: [thread(0, '3'), thread(1)], next_cursor: 'c' };
    const list = refreshFirstPage(both, page);
    expect(ids(list)).toEqual(['3', '1', '2', '4']);
    expect(list.nextCursor).toBe('b');
  });

  it('read again, it forgets what was deleted elsewhere', () => {
    expect(ids(refreshFirstPage(both, { threads: [thread(1), thread(3)], next_cursor: 'c' }))).toEqual([
      '1',
      '3',
      '4',
    ]);
    expect(ids(refreshFirstPage(both, { threads: [thread(4)] }))).toEqual(['4']);
    expect(refreshFirstPage(both, { threads: [] })).toEqual({ threads: [] });
  });

  it('changes and loses single conversations', () => {
    expect(withThread(first, { ...thread(2), title: 'New' }).threads[1]?.title).toBe('New');
    expect(ids(withoutThread(both, '2'))).toEqual(['1', '3', '4']);
  });
});

describe('formatAgo', () => {
  // Noon where the test runs: days are told in the reader's time zone.
  const now = new Date(2026, 10, 21, 12).getTime();
  const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

  it.each([
    [5, 'now', '지금'],
    [-60, 'now', '지금'],
    [150, '2 minutes ago', '2분 전'],
    [7_200, '2 hours ago', '2시간 전'],
    [90_000, 'yesterday', '어제'],
    [6 * 86_400, '6 days ago', '6일 전'],
    [30 * 86_400, 'Oct 22, 2026', '2026. 10. 22.'],
  ])('%s seconds', (seconds, english, korean) => {
    expect(formatAgo(ago(seconds), now, 'en')).toBe(english);
    expect(formatAgo(ago(seconds), now, 'ko')).toBe(korean);
  });

  it('says nothing of what is no time', () => {
    expect(formatAgo('', now, 'en')).toBe('');
  });
});
