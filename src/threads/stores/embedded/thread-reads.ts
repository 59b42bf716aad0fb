import type { SqlDatabase } from '../../../sql/index.js';
import { lastOfPath, type Path, parsePath, readEntry, stateTurns, threadInfo } from '../../records/index.js';
import type { PruneOptions, ThreadInfo, ThreadState } from '../../spec.js';
import { branchTo } from './append.js';
import { changeOf, storedThread, type ThreadChange, type ThreadRow } from './thread-rows.js';
import { countTurns, firstSince, readPathTurns } from './turn-rows.js';

export function rowInfo(row: ThreadRow): ThreadInfo {
  return threadInfo(storedThread(row));
}

/** The newest state with the last `count` turns. */
export function readState(db: SqlDatabase, row: ThreadRow, count: number): ThreadState {
  const path = parsePath(row.path);
  const turns = readPathTurns(db, row.row, path, count).reverse();
  return { info: rowInfo(row), path, ...stateTurns(turns.map((turn) => readEntry(row.id, turn))) };
}

/** Throws `checkpoint_not_found`. */
export function pathTo(db: SqlDatabase, row: ThreadRow, sequence: number): Path {
  return branchTo(db, row, parsePath(row.path), sequence);
}

/** Pruning drops everything below this sequence. */
export function firstKept(
  db: SqlDatabase,
  row: ThreadRow,
  { keepLast, olderThanMs }: PruneOptions,
  nowMs: number,
): number {
  const path = parsePath(row.path);
  const end = row.last_sequence + 1;
  const lastKept = keepLast === undefined ? end : (lastOfPath(path, keepLast).at(-1) ?? end);
  if (olderThanMs === undefined) return lastKept;
  return Math.min(lastKept, firstSince(db, row.row, path, nowMs - olderThanMs) ?? end);
}

/** A change after which the turns that are there are counted anew. */
export function recounted(
  db: SqlDatabase,
  row: ThreadRow,
  change: Pick<ThreadChange, 'path'> & Partial<ThreadChange>,
): ThreadChange {
  return { ...changeOf(row), ...change, ...countTurns(db, row.row) };
}
