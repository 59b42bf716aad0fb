import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { makeFolders } from '../../../sql/index.js';
import { FORMAT, SCHEMA } from './schema.js';

/** What may be bound. The driver ends the process on a boolean, so none may come through. */
export type SqlValue = number | string | Uint8Array;

type Statement = ReturnType<Database.Database['prepare']>;

/** While the file is made, another process may be making it too. */
const OPEN_WAIT_MS = 2_000;
/** About 1 MB: a checkpoint runs on the event loop, so it is kept to about a millisecond. */
const CHECKPOINT_PAGES = 256;

/** A connection to the cache's file. Locks are never waited for: another process's write fails as busy. */
export class CacheDatabase {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Statement>();

  /** Throws when the file is damaged, of another format, or cannot be used. */
  constructor(path: string) {
    makeFolders(dirname(path));
    this.#database = new Database(path, { timeout: OPEN_WAIT_MS });
    try {
      this.#prepareFile();
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** All rows, always read to their end: a statement left half-read would hold its snapshot. */
  all<Row>(sql: string, params: readonly SqlValue[] = []): Row[] {
    return this.#prepare(sql).all([...params]) as Row[];
  }

  /** Rows changed. */
  run(sql: string, params: readonly SqlValue[] = []): number {
    return this.#prepare(sql).run([...params]).changes;
  }

  write(body: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      body();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Another process is at work; it or the next one to open moves the log.
    }
    this.#statements.clear();
    this.#database.close();
  }

  #prepareFile(): void {
    for (const pragma of [
      'journal_mode = WAL',
      'synchronous = OFF',
      'temp_store = MEMORY',
      `wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
    ])
      this.#database.exec(`PRAGMA ${pragma}`);
    this.write(() => this.#migrate());
    this.#database.exec('PRAGMA busy_timeout = 0');
  }

  #migrate(): void {
    const [row] = this.all<{ user_version: number }>('PRAGMA user_version');
    const version = row?.user_version ?? 0;
    if (version === 0) this.#database.exec(SCHEMA);
    else if (version !== FORMAT) throw new UnusableFile(`its format is ${version}, not ${FORMAT}`);
  }

  /** The SQL texts are few and fixed. */
  #prepare(sql: string): Statement {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** A file that holds something else than a cache of this format. */
class UnusableFile extends Error {
  readonly code = 'SQLITE_NOTADB';
}

/** The file holds no cache that can be used, and never will. */
export function isDamage(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_ERROR';
}

export function isBusy(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED');
}

export function removeFiles(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error ? ((thrown as { code?: string }).code ?? '') : '';
}
