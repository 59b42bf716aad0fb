import { join } from 'node:path';
import { openSqlFile, type SqlDatabase } from '../../../sql/index.js';

/**
 * Rows of some kilobytes fill pages of 8 KiB to about 80 %, those of 4 KiB only to half.
 */
const PAGE_BYTES = 8_192;

/**
 * Step n brings format n to n + 1. Steps are only ever added.
 *
 * A turn's key is its thread's row × 2^20 + its sequence: a thread's turns lie side by side and need no index.
 * `path` is the current branch as ranges of sequences; its last is the head.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE threads (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    path TEXT NOT NULL DEFAULT '',
    last_sequence INTEGER NOT NULL DEFAULT 0,
    records INTEGER NOT NULL DEFAULT 0,
    payload_bytes INTEGER NOT NULL DEFAULT 0,
    stored_bytes INTEGER NOT NULL DEFAULT 0,
    compressed_records INTEGER NOT NULL DEFAULT 0,
    uses INTEGER NOT NULL DEFAULT 0,
    expires_at_ms INTEGER,
    fence INTEGER NOT NULL DEFAULT 0,
    lease_holder TEXT,
    lease_expires_at_ms INTEGER NOT NULL DEFAULT 0,
    details TEXT NOT NULL,
    UNIQUE (tenant, id)
  );
  CREATE INDEX threads_by_use ON threads (tenant, updated_at_ms, id);
  CREATE INDEX threads_by_expiry ON threads (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

  CREATE TABLE turns (
    key INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    parent INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    payload_bytes INTEGER NOT NULL,
    compressed INTEGER NOT NULL,
    record BLOB NOT NULL
  );

  CREATE TABLE runs (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    thread TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    strategy TEXT NOT NULL,
    metadata TEXT NOT NULL,
    node TEXT NOT NULL,
    alive_until_ms INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    started_at_ms INTEGER,
    ended_at_ms INTEGER,
    cancel TEXT,
    error TEXT,
    UNIQUE (tenant, id)
  );
  CREATE INDEX runs_by_thread ON runs (tenant, thread, row);
  CREATE INDEX live_runs ON runs (alive_until_ms) WHERE status IN ('pending', 'running');
  CREATE INDEX ended_runs ON runs (ended_at_ms) WHERE ended_at_ms IS NOT NULL;
  `,
  // What a thread is owed when the run's process dies. Runs that end by themselves owe nothing, and are in no index.
  `
  ALTER TABLE runs ADD COLUMN if_lost TEXT;
  CREATE INDEX lost_runs ON runs (tenant, thread, row) WHERE if_lost IS NOT NULL AND status = 'error';
  `,
];

/** Its own file beside the index's, so that a turn never waits for a commit of documents. */
export function openThreadDatabase(dataDir: string): SqlDatabase {
  return openSqlFile(
    join(dataDir, 'threads.db'),
    { room: 'threads', migrations: MIGRATIONS },
    { busyTimeoutMs: 0, pageBytes: PAGE_BYTES, checkpoints: 'background' },
  );
}
