import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'libsql';
import { NaraeError } from '../../../core/index.js';

export type SqlValue = number | string | null | Uint8Array;
type Statement = ReturnType<Database.Database['prepare']>;

/** A commit waits so long for another process before it fails with `storage_busy`. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * One connection in WAL mode with `synchronous = NORMAL`: what was committed survives the death of the process; a
 * power cut may lose the last commits, never a part of one. Failures come out as storage errors of the table.
 */
export class Connection {
  readonly #path: string;
  readonly #database: Database.Database;
  /** As many as there are statements in the source. */
  readonly #statements = new Map<string, Statement>();
  #open = true;

  constructor(path: string) {
    this.#path = path;
    this.#database = this.guard(() => {
      mkdirSync(dirname(path), { recursive: true });
      const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
      database.exec('PRAGMA journal_mode = WAL');
      database.exec('PRAGMA synchronous = NORMAL');
      return database;
    });
  }

  all<Row>(sql: string, ...params: SqlValue[]): Row[] {
    return this.guard(() => this.#prepare(sql).all(params) as Row[]);
  }

  first<Row>(sql: string, ...params: SqlValue[]): Row | undefined {
    return this.all<Row>(sql, ...params)[0];
  }

  run(sql: string, ...params: SqlValue[]): { readonly changes: number; readonly rowId: number } {
    return this.guard(() => {
      const { changes, lastInsertRowid } = this.#prepare(sql).run(params);
      return { changes, rowId: Number(lastInsertRowid) };
    });
  }

  exec(sql: string): void {
    this.guard(() => this.#database.exec(sql));
  }

  /** All of it or nothing. Must not be nested or awaited. */
  write<Result>(body: () => Result): Result {
    return this.#transaction('BEGIN IMMEDIATE', body);
  }

  /** Reads on one snapshot. Must not be nested or awaited. */
  read<Result>(body: () => Result): Result {
    return this.#transaction('BEGIN', body);
  }

  /** Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.#database.exec('PRAGMA busy_timeout = 0');
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Another connection is at work; it or the next one to open moves the log.
    }
    this.#statements.clear();
    this.#database.close();
  }

  guard<Result>(body: () => Result): Result {
    try {
      return body();
    } catch (thrown) {
      throw storageError(thrown, this.#path);
    }
  }

  #transaction<Result>(begin: string, body: () => Result): Result {
    this.exec(begin);
    try {
      const result = body();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #prepare(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

const STORAGE_ERRORS = [
  [/^SQLITE_NOTADB|^SQLITE_CORRUPT/, 'storage_damaged', 'its pages are broken'],
  [/^SQLITE_FULL|^ENOSPC|^EDQUOT/, 'storage_full', 'no space'],
  [/^SQLITE_BUSY|^SQLITE_LOCKED/, 'storage_busy', 'locked'],
  [
    /^SQLITE_READONLY|^SQLITE_PERM|^SQLITE_CANTOPEN|^E(ROFS|ACCES|PERM|NOENT|NOTDIR|EXIST)/,
    'storage_read_only',
    'it cannot be opened for writing',
  ],
] as const;

function storageError(thrown: unknown, path: string): unknown {
  if (!(thrown instanceof Error) || thrown instanceof NaraeError) return thrown;
  const code = (thrown as { code?: string }).code ?? '';
  const failedOpen = code === '' && /unable to open/i.test(thrown.message);
  const row = STORAGE_ERRORS.find(([pattern]) => pattern.test(failedOpen ? 'SQLITE_CANTOPEN' : code));
  if (row === undefined) return thrown;
  // Only the last two names: clients must not see where the data is.
  const shown = join(basename(dirname(path)), basename(path));
  return new NaraeError(row[1], {
    values: { path: shown, reason: row[2], waitMs: BUSY_TIMEOUT_MS },
    cause: thrown,
  });
}
