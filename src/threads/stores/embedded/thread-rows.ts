import type { SqlDatabase } from '../../../sql/index.js';
import type { ThreadCursor } from '../../cursor.js';
import { type Path, parsePath, printPath, type StoredThread } from '../../records/index.js';

export interface ThreadRow {
  readonly row: number;
  readonly id: string;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly path: string;
  readonly last_sequence: number;
  readonly records: number;
  readonly payload_bytes: number;
  readonly stored_bytes: number;
  readonly compressed_records: number;
  readonly uses: number;
  readonly expires_at_ms: number | null;
  readonly fence: number;
  readonly lease_holder: string | null;
  readonly lease_expires_at_ms: number;
  readonly details: string;
}

const NOT_EXPIRED = '(expires_at_ms IS NULL OR expires_at_ms > ?)';

/** Undefined also for one that ran out of life and waits for being swept. */
export function findThread(
  db: SqlDatabase,
  tenant: string,
  id: string,
  nowMs: number,
): ThreadRow | undefined {
  return db.first<ThreadRow>(`SELECT * FROM threads WHERE tenant = ? AND id = ? AND ${NOT_EXPIRED}`, [
    tenant,
    id,
    nowMs,
  ]);
}

export interface NewThreadRow {
  readonly tenant: string;
  readonly id: string;
  readonly nowMs: number;
  readonly expiresAtMs: number | undefined;
  readonly details: string;
}

export function insertThread(db: SqlDatabase, thread: NewThreadRow): ThreadRow {
  const { tenant, id, nowMs, expiresAtMs, details } = thread;
  db.run(
    'INSERT INTO threads (tenant, id, created_at_ms, updated_at_ms, expires_at_ms, details) VALUES (?, ?, ?, ?, ?, ?)',
    [tenant, id, nowMs, nowMs, expiresAtMs ?? null, details],
  );
  return findThread(db, tenant, id, nowMs - 1) as ThreadRow;
}

/** What a save changes. */
export interface ThreadChange {
  readonly path: Path;
  readonly lastSequence: number;
  readonly records: number;
  readonly payloadBytes: number;
  readonly storedBytes: number;
  readonly compressedRecords: number;
}

export function changeOf(row: ThreadRow): ThreadChange {
  return {
    path: parsePath(row.path),
    lastSequence: row.last_sequence,
    records: row.records,
    payloadBytes: row.payload_bytes,
    storedBytes: row.stored_bytes,
    compressedRecords: row.compressed_records,
  };
}

export function updateThread(
  db: SqlDatabase,
  row: ThreadRow,
  change: ThreadChange,
  use: { readonly nowMs: number; readonly expiresAtMs: number | undefined; readonly release: boolean },
): void {
  db.run(
    `UPDATE threads SET updated_at_ms = ?, path = ?, last_sequence = ?, records = ?, payload_bytes = ?,
       stored_bytes = ?, compressed_records = ?, expires_at_ms = ?, lease_expires_at_ms = ? WHERE row = ?`,
    [
      use.nowMs,
      printPath(change.path),
      change.lastSequence,
      change.records,
      change.payloadBytes,
      change.storedBytes,
      change.compressedRecords,
      use.expiresAtMs ?? null,
      use.release ? 0 : row.lease_expires_at_ms,
      row.row,
    ],
  );
}

export function listThreads(
  db: SqlDatabase,
  tenant: string,
  options: { readonly limit: number; readonly after: ThreadCursor | undefined; readonly nowMs: number },
): ThreadRow[] {
  const { limit, after, nowMs } = options;
  return db.all<ThreadRow>(
    `SELECT * FROM threads WHERE tenant = ? AND (updated_at_ms, id) < (?, ?) AND ${NOT_EXPIRED}
     ORDER BY updated_at_ms DESC, id DESC LIMIT ?`,
    [tenant, after?.updatedAtMs ?? Number.MAX_SAFE_INTEGER, after?.id ?? '', nowMs, limit],
  );
}

export function storedThread(row: ThreadRow): StoredThread {
  return {
    id: row.id,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    path: parsePath(row.path),
    records: row.records,
    payloadBytes: row.payload_bytes,
    storedBytes: row.stored_bytes,
    compressedRecords: row.compressed_records,
    expiresAtMs: row.expires_at_ms ?? undefined,
    details: row.details,
  };
}
