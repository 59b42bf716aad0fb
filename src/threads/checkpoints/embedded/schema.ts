import { NaraeError } from '../../../core/index.js';
import type { Connection } from './connection.js';

const FORMAT = 1;

/**
 * Records and contents have row numbers and an index beside them: each of a kilobyte would take a page of an index.
 * Frames of writes are small, as their values are contents.
 * A record that was written again stays, `superseded`, for those that are deltas against it.
 */
const TABLES = `
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
  CREATE TABLE checkpoint_contents (row INTEGER PRIMARY KEY, thread_no INTEGER NOT NULL, hash BLOB NOT NULL, frame BLOB NOT NULL);
  CREATE UNIQUE INDEX checkpoint_contents_by_hash ON checkpoint_contents (thread_no, hash);
  CREATE TABLE checkpoint_writes (
    thread_no INTEGER NOT NULL,
    namespace TEXT NOT NULL,
    id NOT NULL,
    number INTEGER NOT NULL,
    frame BLOB NOT NULL,
    PRIMARY KEY (thread_no, namespace, id, number)
  ) WITHOUT ROWID;
  CREATE TABLE checkpoint_format (format INTEGER NOT NULL);
  INSERT INTO checkpoint_format VALUES (${FORMAT});
`;

/** Makes the tables where they are missing. Throws `storage_newer` for those of a newer version. */
export function prepareTables(connection: Connection, path: string): void {
  connection.write(() => {
    const found = readFormat(connection);
    if (found === undefined) connection.exec(TABLES);
    else if (found > FORMAT)
      throw new NaraeError('storage_newer', { values: { path, found, known: FORMAT } });
  });
}

function readFormat(connection: Connection): number | undefined {
  const table = connection.first("SELECT 1 FROM sqlite_schema WHERE name = 'checkpoint_format'");
  if (table === undefined) return undefined;
  return connection.first<{ format: number }>('SELECT format FROM checkpoint_format')?.format;
}
