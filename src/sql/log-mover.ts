import { stat } from 'node:fs/promises';
import type Connection from 'libsql/promise';
import { BUSY_TIMEOUT_MS } from './errors.js';

/** Commits between two moves; with some pages a commit this is about SQLite's own 1,000 pages. */
const COMMITS_A_MOVE = 200;
/** A log beyond this size is moved to its end and begun anew, which makes writers wait for some milliseconds. */
const LARGE_LOG_BYTES = 64 * 1_024 * 1_024;

/**
 * Moves a database's log into the database, off the event loop: on a connection of its own whose calls run on the
 * driver's threads. A move takes milliseconds to hundreds of them, and blocks neither readers nor, but for a log that
 * got large, writers. A move that fails is left to a later one.
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
      await this.#connection.exec('PRAGMA wal_checkpoint(PASSIVE)');
      // While others write on, a passive move never catches up, and the log would grow without end.
      if ((await stat(`${this.#path}-wal`)).size > LARGE_LOG_BYTES)
        await this.#connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
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
  const connection = new Connection(path, { timeout: BUSY_TIMEOUT_MS });
  await connection.exec('PRAGMA synchronous = NORMAL');
  return connection;
}
