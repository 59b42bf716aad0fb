import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { NaraeError } from '../core/index.js';
import { type DatabaseOptions, SqlDatabase } from './database.js';
import { shownPath, storageError } from './errors.js';
import { makeFolders } from './make-folders.js';

/** The tables of one room. Rooms may share a file; each keeps its own row of formats. */
export interface SqlFormat {
  readonly room: string;
  /** Step n brings format n to n + 1. Steps are only ever added. */
  readonly migrations: readonly string[];
}

/**
 * Opens a database file, made or migrated as needed.
 * Throws `storage_damaged`, `storage_newer`, `storage_read_only`, `storage_full` or `storage_busy`.
 */
export function openSqlFile(path: string, format: SqlFormat, options: DatabaseOptions = {}): SqlDatabase {
  makeFolder(path);
  const database = new SqlDatabase(path, options);
  try {
    refuseTruncated(database);
    migrate(database, format);
    if (options.busyTimeoutMs !== undefined) database.setBusyTimeout(options.busyTimeoutMs);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function makeFolder(path: string): void {
  try {
    makeFolders(dirname(path));
  } catch (thrown) {
    throw storageError(thrown, path);
  }
}

function migrate(database: SqlDatabase, { room, migrations }: SqlFormat): void {
  if (readFormat(database, room, migrations.length) === migrations.length) return;
  database.write(() => {
    for (let at = readFormat(database, room, migrations.length); at < migrations.length; at++) {
      database.exec(migrations[at] as string);
      database.run('DELETE FROM narae_formats WHERE room = ?', [room]);
      database.run('INSERT INTO narae_formats (room, format) VALUES (?, ?)', [room, at + 1]);
    }
  });
}

/** The room's format in this file; 0 for a new one. */
function readFormat(database: SqlDatabase, room: string, known: number): number {
  database.exec(
    'CREATE TABLE IF NOT EXISTS narae_formats (room TEXT PRIMARY KEY, format INTEGER NOT NULL) WITHOUT ROWID',
  );
  const row = database.first<{ format: number }>('SELECT format FROM narae_formats WHERE room = ?', [room]);
  const found = row?.format ?? 0;
  if (found > known)
    throw new NaraeError('storage_newer', { values: { path: shownPath(database.path), found, known } });
  return found;
}

/**
 * SQLite notices a file that was cut short only when it reaches a missing page; its page count tells at once, unless a
 * log is still to be moved into the file. The file itself must not be opened here: closing it again would drop the
 * locks that other connections of this process hold on it.
 */
function refuseTruncated(database: SqlDatabase): void {
  const { path } = database;
  const sizes = database.first<{ bytes: number }>(
    'SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()',
  );
  if (hasLog(path) || statSync(path).size >= (sizes?.bytes ?? 0)) return;
  throw new NaraeError('storage_damaged', {
    values: { path: shownPath(path), reason: 'the file is cut short' },
  });
}

function hasLog(path: string): boolean {
  const log = `${path}-wal`;
  return existsSync(log) && statSync(log).size > 0;
}
