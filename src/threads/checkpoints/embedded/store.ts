import { type Clock, systemClock } from '../../../core/index.js';
import { retryBusy, type SqlDatabase } from '../../../sql/index.js';
import { packId } from '../packed-id.js';
import type {
  CheckpointPlace,
  CheckpointQuery,
  CheckpointStore,
  ContentId,
  Contents,
  LoadedCheckpoints,
  NewRecord,
  ThreadRef,
} from '../spec.js';
import { loadCheckpoints, readContents } from './load.js';
import { openCheckpointFile } from './schema.js';
import { ThreadRows } from './thread-rows.js';

export interface EmbeddedCheckpointOptions {
  /** The database file; made where it is missing. May be shared by processes. */
  readonly path: string;
  /** A thread goes when nothing was written to it for so long. Default: never. */
  readonly ttlMs?: number;
  readonly clock?: Clock;
}

const THREADS_AT_ONCE = 256;

/** Throws `storage_damaged`, `storage_newer`, `storage_read_only`, `storage_full` or `storage_busy`. */
export function openEmbeddedCheckpoints(options: EmbeddedCheckpointOptions): CheckpointStore {
  return new EmbeddedCheckpoints(openCheckpointFile(options.path), options);
}

class EmbeddedCheckpoints implements CheckpointStore {
  readonly #database: SqlDatabase;
  readonly #threads: ThreadRows;
  readonly #clock: Clock;

  constructor(database: SqlDatabase, { ttlMs, clock = systemClock }: EmbeddedCheckpointOptions) {
    this.#database = database;
    this.#clock = clock;
    this.#threads = new ThreadRows(database, ttlMs, () => clock.now());
  }

  put(thread: ThreadRef, record: NewRecord, contents: Contents): Promise<number | undefined> {
    return this.#write(() => {
      if (record.base !== undefined && !this.#has(thread, record.base.stamp)) return undefined;
      const no = this.#threads.use(thread);
      this.#addContents(no, contents);
      return this.#addRecord(no, record);
    });
  }

  putWrites(
    thread: ThreadRef,
    { namespace, id }: CheckpointPlace,
    frame: Buffer,
    contents: Contents,
  ): Promise<void> {
    return this.#write(() => {
      const no = this.#threads.use(thread);
      this.#addContents(no, contents);
      this.#addWrites([no, namespace, packId(id)], frame);
    });
  }

  load(thread: ThreadRef, query: CheckpointQuery, known: readonly number[]): Promise<LoadedCheckpoints> {
    return this.#read(() => {
      const no = this.#threads.find(thread);
      if (no === undefined) return { targets: [], records: new Map(), contents: new Map() };
      return loadCheckpoints(this.#database, no, query, new Set(known));
    });
  }

  contents(thread: ThreadRef, ids: readonly ContentId[]): Promise<Contents> {
    return this.#read(() => {
      const no = this.#threads.find(thread);
      return no === undefined ? new Map() : readContents(this.#database, no, ids);
    });
  }

  async *threads(tenant: string): AsyncIterable<readonly string[]> {
    let after = '';
    for (;;) {
      const page = await this.#read(() => this.#threads.page(tenant, after, THREADS_AT_ONCE));
      if (page.length === 0) return;
      yield page;
      after = page.at(-1)!;
    }
  }

  deleteThread(thread: ThreadRef): Promise<void> {
    return this.#write(() => this.#threads.delete(thread));
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  #write<Result>(body: () => Result): Promise<Result> {
    return retryBusy(this.#clock, () => this.#database.write(body));
  }

  #read<Result>(body: () => Result): Promise<Result> {
    return retryBusy(this.#clock, () => this.#database.read(body));
  }

  #has(thread: ThreadRef, stamp: number): boolean {
    const no = this.#threads.find(thread);
    if (no === undefined) return false;
    const sql = 'SELECT 1 FROM checkpoint_records WHERE stamp = ? AND thread_no = ?';
    return this.#database.first(sql, [stamp, no]) !== undefined;
  }

  #addContents(no: number, contents: Contents): void {
    const sql = 'INSERT OR IGNORE INTO checkpoint_contents (thread_no, hash, frame) VALUES (?, ?, ?)';
    for (const [id, frame] of contents) this.#database.run(sql, [no, Buffer.from(id, 'latin1'), frame]);
  }

  #addWrites(place: readonly [no: number, namespace: string, id: string | Buffer], frame: Buffer): void {
    const { number } = this.#database.first<{ number: number }>(
      'SELECT COUNT(*) AS number FROM checkpoint_writes WHERE thread_no = ? AND namespace = ? AND id = ?',
      place,
    )!;
    this.#database.run(
      'INSERT INTO checkpoint_writes (thread_no, namespace, id, number, frame) VALUES (?, ?, ?, ?, ?)',
      [...place, number, frame],
    );
  }

  #addRecord(no: number, { namespace, id, base, isDelta, frame }: NewRecord): number {
    const place = [no, namespace, packId(id)] as const;
    this.#database.run(
      `UPDATE checkpoint_records SET superseded = 1
       WHERE thread_no = ? AND namespace = ? AND id = ? AND superseded = 0`,
      place,
    );
    return this.#database.first<{ stamp: number }>(
      `INSERT INTO checkpoint_records (thread_no, namespace, id, base, frame) VALUES (?, ?, ?, ?, ?)
       RETURNING stamp`,
      [...place, isDelta ? base!.stamp : null, frame],
    )!.stamp;
  }
}
