import { basename, dirname, join } from 'node:path';
import { NaraeError } from '../core/index.js';

/** Milliseconds that a statement waits for another writer before it fails with `storage_busy`. */
export const BUSY_TIMEOUT_MS = 5_000;

/** The database's place as clients may see it: its own folder and file name, nothing above. */
export function shownPath(path: string): string {
  return join(basename(dirname(path)), basename(path));
}

/** What SQLite or the file system threw, as a storage error; anything unknown is given back as it is. */
export function storageError(thrown: unknown, path: string): unknown {
  if (!(thrown instanceof Error) || thrown instanceof NaraeError) return thrown;
  const code = (thrown as { code?: string }).code ?? '';
  const row = errorRow(code === '' ? openFailureCode(thrown.message) : code);
  if (!row) return thrown;
  return new NaraeError(row.code, {
    values: { path: shownPath(path), reason: row.reason, waitMs: BUSY_TIMEOUT_MS },
    cause: thrown,
  });
}

/** A failed open carries SQLite's number only in its text: `…: 14`. */
function openFailureCode(message: string): string {
  return /unable to open connection/i.test(message) ? 'SQLITE_CANTOPEN' : '';
}

type StorageRow = {
  code: 'storage_damaged' | 'storage_full' | 'storage_read_only' | 'storage_busy';
  reason: string;
};

function errorRow(code: string): StorageRow | undefined {
  if (code === 'SQLITE_NOTADB') return { code: 'storage_damaged', reason: 'it is not a database' };
  if (code.startsWith('SQLITE_CORRUPT')) return { code: 'storage_damaged', reason: 'pages are broken' };
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC' || code === 'EDQUOT')
    return { code: 'storage_full', reason: 'no space' };
  if (code.startsWith('SQLITE_READONLY') || code === 'EROFS')
    return { code: 'storage_read_only', reason: 'read-only' };
  // What a folder that cannot be made ends with, on a read-only file system.
  if (code === 'ENOENT') return { code: 'storage_read_only', reason: 'its folder cannot be made' };
  if (code === 'EACCES' || code === 'EPERM' || code.startsWith('SQLITE_PERM'))
    return { code: 'storage_read_only', reason: 'no permission' };
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return { code: 'storage_read_only', reason: 'a file is in the way' };
  if (code.startsWith('SQLITE_CANTOPEN')) return { code: 'storage_read_only', reason: 'it cannot be opened' };
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return { code: 'storage_busy', reason: 'locked' };
  return undefined;
}
