import Database from 'libsql';
import { BUSY_TIMEOUT_MS, storageError } from './errors.js';
import { LogMover } from './log-mover.js';

/** What may be bound. The driver ends the process on a boolean, so none may come through. */
export type SqlValue = number | string | null | Uint8Array;

export interface DatabaseOptions {
  /** Milliseconds to wait for another writer once it is open; 0 fails at once, for threads that must not block. Default 5,000. */
  readonly busyTimeoutMs?: number;
  /**
   * Who moves the log into the database. `commit` (default): a commit now and then, in its own time. `background`:
   * threads of the driver, off the event loop. `none`: other connections.
   */
  readonly checkpoints?: 'commit' | 'background' | 'none';
  /** Bytes of a page, for a file that is made anew. Default 4,096. Larger ones waste less on rows of some kilobytes. */
  readonly pageBytes?: number;
}

/** Prepared statements kept by a connection; beyond it the oldest is dropped. */
const STATEMENT_LIMIT = 128;

type Statement = ReturnType<Database.Database['prepare']>;

/**
 * One connection in WAL mode. Every failure comes out as a storage error of the table.
 * Rows are always read to their end: a statement left half-read would hold its snapshot.
 */
export class SqlDatabase {
  readonly path: string;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Statement>();
  readonly #movesLogAtEnd: boolean;
  readonly #mover: LogMover | undefined;
  #open = true;

  constructor(path: string, options: DatabaseOptions = {}) {
    this.path = path;
    this.#movesLogAtEnd = options.checkpoints !== 'none';
    this.#mover = options.checkpoints === 'background' ? new LogMover(path) : undefined;
    this.#database = this.#guard(() => connect(path, options));
  }

  all<Row>(sql: string, params: readonly SqlValue[] = []): Row[] {
    return this.#guard(
      () => withByteArrays(this.#prepare(sql).all([...params]) as Record<string, unknown>[]) as Row[],
    );
  }

  /** The first row. Give the statement a LIMIT 1 where it could find more. */
  first<Row>(sql: string, params: readonly SqlValue[] = []): Row | undefined {
    return this.all<Row>(sql, params)[0];
  }

  /** Rows changed. */
  run(sql: string, params: readonly SqlValue[] = []): number {
    return this.#guard(() => this.#prepare(sql).run([...params]).changes);
  }

  exec(sql: string): void {
    this.#guard(() => this.#database.exec(sql));
  }

  /** Runs a short write transaction: all of it or nothing. Must not be nested or awaited. */
  write<Result>(body: () => Result): Result {
    const result = this.#transaction('BEGIN IMMEDIATE', body);
    this.#mover?.committed();
    return result;
  }

  /** Runs reads on one snapshot. Must not be nested or awaited. */
  read<Result>(body: () => Result): Result {
    return this.#transaction('BEGIN', body);
  }

  setBusyTimeout(milliseconds: number): void {
    this.exec(`PRAGMA busy_timeout = ${Math.trunc(milliseconds)}`);
  }

  /** Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#mover?.close();
    if (this.#movesLogAtEnd) this.#tryCheckpoint();
    this.#statements.clear();
    this.#database.close();
  }

  /** The driver lets go of the file only when its statements are collected, so the log is moved by hand. */
  #tryCheckpoint(): void {
    try {
      this.#database.exec('PRAGMA busy_timeout = 0');
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Another connection is at work; it or the next one to open moves the log.
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
    if (this.#statements.size >= STATEMENT_LIMIT)
      this.#statements.delete(this.#statements.keys().next().value as string);
    this.#statements.set(sql, statement);
    return statement;
  }

  #guard<Result>(body: () => Result): Result {
    try {
      return body();
    } catch (thrown) {
      throw storageError(thrown, this.path);
    }
  }
}

/** `synchronous = NORMAL` in WAL mode: a commit survives the process's death; a power cut may lose the last ones, never the order. */
function connect(path: string, options: DatabaseOptions): Database.Database {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    setUp(database, options);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function setUp(database: Database.Database, { pageBytes, checkpoints = 'commit' }: DatabaseOptions): void {
  if (pageBytes !== undefined) database.exec(`PRAGMA page_size = ${Math.trunc(pageBytes)}`);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec('PRAGMA temp_store = MEMORY');
  if (checkpoints !== 'commit') database.exec('PRAGMA wal_autocheckpoint = 0');
}

/** The driver gives blobs as ArrayBuffers; no copy is made. Columns of blobs are never null here. */
function withByteArrays(rows: Record<string, unknown>[]): Record<string, unknown>[] {
  const first = rows[0];
  if (first === undefined) return rows;
  for (const column of Object.keys(first)) {
    if (!(first[column] instanceof ArrayBuffer)) continue;
    for (const row of rows) row[column] = new Uint8Array(row[column] as ArrayBuffer);
  }
  return rows;
}
