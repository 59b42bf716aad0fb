import { openSqlFile, type SqlDatabase } from '../../../sql/index.js';

/**
 * Step n brings format n to n + 1. Steps are only ever added.
 *
 * Records and contents have row numbers and an index beside them: each of a kilobyte would take a page of an index.
 * Frames of writes are small, as their values are contents. A record that was written again stays, `superseded`, for
 * those that are deltas against it.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE checkpoint_threads (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    thread TEXT NOT NULL,
    expires_at_ms INTEGER,
    UNIQUE (tenant, thread)
  );
  CREATE INDEX checkpoint_threads_by_expiry ON checkpoint_threads (expires_at_ms)
    WHERE expires_at_ms IS NOT NULL;

  CREATE TABLE checkpoint_records (
    stamp INTEGER PRIMARY KEY AUTOINCREMENT,
    thread_no INTEGER NOT NULL,
    namespace TEXT NOT NULL,
    id NOT NULL,
    base INTEGER,
    superseded INTEGER NOT NULL DEFAULT 0,
    frame BLOB NOT NULL
  );
  CREATE INDEX checkpoint_records_by_id ON checkpoint_records (thread_no, namespace, id);

  CREATE TABLE checkpoint_contents (
    row INTEGER PRIMARY KEY,
    thread_no INTEGER NOT NULL,
    hash BLOB NOT NULL,
    frame BLOB NOT NULL
  );
  CREATE UNIQUE INDEX checkpoint_contents_by_hash ON checkpoint_contents (thread_no, hash);

  CREATE TABLE checkpoint_writes (
    thread_no INTEGER NOT NULL,
    namespace TEXT NOT NULL,
    id NOT NULL,
    number INTEGER NOT NULL,
    frame BLOB NOT NULL,
    PRIMARY KEY (thread_no, namespace, id, number)
  ) WITHOUT ROWID;
  `,
];

/** Does not wait for locks by itself: calls on it go through `retryBusy`. */
export function openCheckpointFile(path: string): SqlDatabase {
  return openSqlFile(
    path,
    { room: 'checkpoints', migrations: MIGRATIONS },
    { busyTimeoutMs: 0, checkpoints: 'background' },
  );
}
