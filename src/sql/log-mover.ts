import { stat } from 'node:fs/promises';
import type Connection from 'libsql/promise';

/** Commits between two moves; with some pages a commit this is about SQLite's own 1,000 pages. */
const COMMITS_A_MOVE = 200;
/** Each pass takes what was written during the one before; a log that has been caught up with begins anew by itself. */
const PASSES = 4;
/** A log beyond this size is moved to its end with writers locked out. */
const LARGE_LOG_BYTES = 256 * 1_024 * 1_024;
/** Writers are locked out for so long at most while readers are waited for. */
const LOCKED_MS = 1_000;

/**
 * Moves a database's log into the database, off the event loop: on a connection of its own whose calls run on the
 * driver's threads. A move takes milliseconds to hundreds of them, and blocks neither readers nor, but for a log that
 * got very large, writers. A move that fails is left to a later one.
 */
export class LogMover {
  readonly #path: string;
  #commits = 0;
  #moving: Promise<void> | undefined;
  #connection: Connection | undefined;
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** To be told of every commit. */
  committed(): void {
    this.#commits++;
    if (this.#commits < COMMITS_A_MOVE || this.#moving || this.#isClosed) return;
    this.#commits = 0;
    this.#moving = this.#move().finally(() => {
      this.#moving = undefined;
      if (this.#isClosed) this.#disconnect();
    });
  }

  /** Lets a move under way end by itself. Idempotent. */
  close(): void {
    this.#isClosed = true;
    if (!this.#moving) this.#disconnect();
  }

  async #move(): Promise<void> {
    try {
      this.#connection ??= await connect(this.#path);
      for (let pass = 0; pass < PASSES; pass++) {
        const before = this.#commits;
        await this.#connection.exec('PRAGMA wal_checkpoint(PASSIVE)');
        if (this.#commits === before) return;
      }
      if ((await stat(`${this.#path}-wal`)).size > LARGE_LOG_BYTES)
        await this.#connection.exec('PRAGMA wal_checkpoint(RESTART)');
    } catch {
      // Locked, full or closed just now: the log is whole, and the next move takes it along.
    }
  }

  #disconnect(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}

async function connect(path: string): Promise<Connection> {
  const { default: Connection } = await import('libsql/promise');
  const connection = new Connection(path, { timeout: LOCKED_MS });
  try {
    await connection.exec('PRAGMA synchronous = NORMAL');
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}
