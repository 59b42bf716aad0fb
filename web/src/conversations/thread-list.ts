import type { ThreadInfo, ThreadPage } from '../api/types.js';

/** Conversations as far as they are loaded, the last used first. */
export interface ThreadList {
  readonly threads: readonly ThreadInfo[];
  /** Absent when all are there. */
  readonly nextCursor?: string;
}

export function firstPage({ threads, next_cursor }: ThreadPage): ThreadList {
  return { threads, ...(next_cursor && { nextCursor: next_cursor }) };
}

/** What is used while one reads moves to the first page, so that the next can bring it again. */
export function addPage({ threads }: ThreadList, page: ThreadPage): ThreadList {
  const known = new Set(threads.map(({ id }) => id));
  const more = page.threads.filter(({ id }) => !known.has(id));
  return firstPage({ ...page, threads: [...threads, ...more] });
}

/** The first page read again: it replaces what is as new as itself; older pages stay. */
export function refreshFirstPage(list: ThreadList, page: ThreadPage): ThreadList {
  const oldest = page.threads.at(-1)?.updated_at;
  if (page.next_cursor === undefined || oldest === undefined) return firstPage(page);
  const fresh = new Set(page.threads.map(({ id }) => id));
  const older = list.threads.filter(({ id, updated_at }) => !fresh.has(id) && updated_at < oldest);
  if (older.length === 0) return firstPage(page);
  return { ...list, threads: [...page.threads, ...older] };
}

export function withoutThread(list: ThreadList, id: string): ThreadList {
  return { ...list, threads: list.threads.filter((thread) => thread.id !== id) };
}

export function withThread(list: ThreadList, changed: ThreadInfo): ThreadList {
  return { ...list, threads: list.threads.map((thread) => (thread.id === changed.id ? changed : thread)) };
}
