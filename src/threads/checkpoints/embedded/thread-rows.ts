import type { SqlDatabase } from '../../../sql/index.js';
import type { ThreadRef } from '../spec.js';

/** Threads cleared away at a time once their life has run out: a commit stays short. */
const SWEEP_LIMIT = 8;
const TABLES = ['checkpoint_records', 'checkpoint_contents', 'checkpoint_writes'] as const;

/** Threads and their lives. An expired thread is gone for every reader, though its rows are cleared away later. */
export class ThreadRows {
  readonly #database: SqlDatabase;
  readonly #ttlMs: number | undefined;
  readonly #now: () => number;

  constructor(database: SqlDatabase, ttlMs: number | undefined, now: () => number) {
    this.#database = database;
    this.#ttlMs = ttlMs;
    this.#now = now;
  }

  find({ tenant, thread }: ThreadRef): number | undefined {
    return this.#database.first<{ no: number }>(
      `SELECT no FROM checkpoint_threads
       WHERE tenant = ? AND thread = ? AND (expires_at_ms IS NULL OR expires_at_ms > ?)`,
      [tenant, thread, this.#now()],
    )?.no;
  }

  /** Makes it where it is missing and gives it its whole life again. In a write transaction. */
  use(ref: ThreadRef): number {
    const no = this.find(ref);
    if (no === undefined) return this.#create(ref);
    if (this.#ttlMs !== undefined)
      this.#database.run('UPDATE checkpoint_threads SET expires_at_ms = ? WHERE no = ?', [
        this.#expiry(),
        no,
      ]);
    return no;
  }

  /** In a write transaction. */
  delete({ tenant, thread }: ThreadRef): void {
    const row = this.#database.first<{ no: number }>(
      'SELECT no FROM checkpoint_threads WHERE tenant = ? AND thread = ?',
      [tenant, thread],
    );
    if (row !== undefined) this.#deleteRows(row.no);
  }

  /** Clears away some that have run out. In a write transaction. */
  sweep(): void {
    if (this.#ttlMs === undefined) return;
    const expired = this.#database.all<{ no: number }>(
      'SELECT no FROM checkpoint_threads WHERE expires_at_ms <= ? LIMIT ?',
      [this.#now(), SWEEP_LIMIT],
    );
    for (const { no } of expired) this.#deleteRows(no);
  }

  page(tenant: string, after: string, limit: number): string[] {
    return this.#database
      .all<{ thread: string }>(
        `SELECT thread FROM checkpoint_threads
         WHERE tenant = ? AND thread > ? AND (expires_at_ms IS NULL OR expires_at_ms > ?)
         ORDER BY thread LIMIT ?`,
        [tenant, after, this.#now(), limit],
      )
      .map(({ thread }) => thread);
  }

  #create(ref: ThreadRef): number {
    // One that has run out may still be there.
    this.delete(ref);
    this.sweep();
    return this.#database.first<{ no: number }>(
      'INSERT INTO checkpoint_threads (tenant, thread, expires_at_ms) VALUES (?, ?, ?) RETURNING no',
      [ref.tenant, ref.thread, this.#expiry()],
    )!.no;
  }

  #expiry(): number | null {
    return this.#ttlMs === undefined ? null : this.#now() + this.#ttlMs;
  }

  #deleteRows(no: number): void {
    for (const table of TABLES) this.#database.run(`DELETE FROM ${table} WHERE thread_no = ?`, [no]);
    this.#database.run('DELETE FROM checkpoint_threads WHERE no = ?', [no]);
  }
}
