import type { SqlDatabase } from '../../../sql/index.js';
import {
  type EncodedRecord,
  lastOfPath,
  type Path,
  pathFrom,
  pathOf,
  type StoredTurn,
} from '../../records/index.js';

/** Keys of one thread; see the schema. */
const KEYS_OF_A_THREAD = 2 ** 20;

interface TurnRow {
  readonly key: number;
  readonly parent: number;
  readonly created_at_ms: number;
  readonly record: Uint8Array;
}

const COLUMNS = 'key, parent, created_at_ms, record';

function turnKey(thread: number, sequence: number): number {
  return thread * KEYS_OF_A_THREAD + sequence;
}

export function insertTurn(
  db: SqlDatabase,
  thread: number,
  turn: Omit<StoredTurn, 'record'> & { readonly tenant: string; readonly record: EncodedRecord },
): void {
  const { bytes, payloadBytes, compressed } = turn.record;
  db.run(
    `INSERT INTO turns (key, tenant, parent, created_at_ms, payload_bytes, compressed, record)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [
      turnKey(thread, turn.sequence),
      turn.tenant,
      turn.parent,
      turn.createdAtMs,
      payloadBytes,
      compressed ? 1 : 0,
      bytes,
    ],
  );
}

export function readTurnRow(db: SqlDatabase, thread: number, sequence: number): StoredTurn | undefined {
  return db
    .all<TurnRow>(`SELECT ${COLUMNS} FROM turns WHERE key = ?`, [turnKey(thread, sequence)])
    .map(storedTurn)[0];
}

/** The last `count` turns of a path below `before`, newest first. */
export function readPathTurns(
  db: SqlDatabase,
  thread: number,
  path: Path,
  count: number,
  before?: number,
): StoredTurn[] {
  const wanted = lastOfPath(path, count, before);
  return pathOf(wanted.reverse())
    .toReversed()
    .flatMap(([first, last]) => readRange(db, thread, first, last, last - first + 1));
}

/** The last `count` turns of all branches below `before`, newest first. */
export function readAllTurns(db: SqlDatabase, thread: number, count: number, before: number): StoredTurn[] {
  return readRange(db, thread, 1, Math.min(before, KEYS_OF_A_THREAD) - 1, count);
}

/** The branch that ends in `head`, as far back as it is still there; undefined where there is no such turn. */
export function findPath(db: SqlDatabase, thread: number, head: number): Path | undefined {
  if (head === 0) return [];
  const rows = db.all<{ sequence: number }>(
    `WITH RECURSIVE branch (sequence, parent) AS (
       SELECT key - ?, parent FROM turns WHERE key = ?
       UNION ALL
       SELECT key - ?, turns.parent FROM branch JOIN turns ON key = ? + branch.parent WHERE branch.parent > 0
     ) SELECT sequence FROM branch ORDER BY sequence`,
    [turnKey(thread, 0), turnKey(thread, head), turnKey(thread, 0), turnKey(thread, 0)],
  );
  return rows.length === 0 ? undefined : pathOf(rows.map(({ sequence }) => sequence));
}

export interface TurnTotals {
  readonly records: number;
  readonly payloadBytes: number;
  readonly storedBytes: number;
  readonly compressedRecords: number;
}

/** Copies the turns of a path into another thread. */
export function copyTurns(db: SqlDatabase, from: number, to: number, path: Path): void {
  for (const [first, last] of path)
    db.run(
      `INSERT INTO turns SELECT key + ?, tenant, parent, created_at_ms, payload_bytes, compressed, record
       FROM turns WHERE key BETWEEN ? AND ?`,
      [turnKey(to, 0) - turnKey(from, 0), turnKey(from, first), turnKey(from, last)],
    );
}

export function deleteTurnsBelow(db: SqlDatabase, thread: number, sequence: number): number {
  return db.run('DELETE FROM turns WHERE key BETWEEN ? AND ?', [
    turnKey(thread, 1),
    turnKey(thread, sequence) - 1,
  ]);
}

/** Those that went on from it go on from its parent. */
export function deleteTurn(db: SqlDatabase, thread: number, turn: StoredTurn): void {
  db.run('DELETE FROM turns WHERE key = ?', [turnKey(thread, turn.sequence)]);
  db.run('UPDATE turns SET parent = ? WHERE key BETWEEN ? AND ? AND parent = ?', [
    turn.parent,
    turnKey(thread, 1),
    turnKey(thread + 1, 0) - 1,
    turn.sequence,
  ]);
}

export function deleteThreadRows(db: SqlDatabase, thread: { readonly row: number }): void {
  deleteTurnsBelow(db, thread.row, KEYS_OF_A_THREAD);
  db.run('DELETE FROM runs WHERE (tenant, thread) = (SELECT tenant, id FROM threads WHERE row = ?)', [
    thread.row,
  ]);
  db.run('DELETE FROM threads WHERE row = ?', [thread.row]);
}

export function countTurns(db: SqlDatabase, thread: number): TurnTotals {
  return db.first<TurnTotals>(
    `SELECT count(*) AS records, coalesce(sum(payload_bytes), 0) AS payloadBytes,
       coalesce(sum(length(record)), 0) AS storedBytes, coalesce(sum(compressed), 0) AS compressedRecords
     FROM turns WHERE key BETWEEN ? AND ?`,
    [turnKey(thread, 1), turnKey(thread + 1, 0) - 1],
  ) as TurnTotals;
}

/** The first turn of a path that is not older; undefined when all are. */
export function firstSince(db: SqlDatabase, thread: number, path: Path, sinceMs: number): number | undefined {
  const row = db.first<{ key: number }>(
    'SELECT key FROM turns WHERE key BETWEEN ? AND ? AND created_at_ms >= ? ORDER BY key LIMIT 1',
    [turnKey(thread, 1), turnKey(thread + 1, 0) - 1, sinceMs],
  );
  return row && pathFrom(path, row.key - turnKey(thread, 0))[0]?.[0];
}

function readRange(
  db: SqlDatabase,
  thread: number,
  first: number,
  last: number,
  count: number,
): StoredTurn[] {
  return db
    .all<TurnRow>(`SELECT ${COLUMNS} FROM turns WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT ?`, [
      turnKey(thread, first),
      turnKey(thread, last),
      count,
    ])
    .map(storedTurn);
}

function storedTurn({ key, parent, created_at_ms, record }: TurnRow): StoredTurn {
  return { sequence: key % KEYS_OF_A_THREAD, parent, createdAtMs: created_at_ms, record };
}
