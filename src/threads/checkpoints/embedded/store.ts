import { basename } from 'node:path';
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
import { Connection } from './connection.js';
import { loadCheckpoints, readContents } from './load.js';
import { prepareTables } from './schema.js';
import { ThreadRows } from './thread-rows.js';

export interface EmbeddedCheckpointOptions {
  /** The database file; made where it is missing. May be shared by processes. */
  readonly path: string;
  /** A thread goes when nothing was written to it for so long. Default: never. */
  readonly ttlMs?: number;
  /** Default `Date.now`. */
  readonly now?: () => number;
}

const THREADS_AT_ONCE = 256;

/** Throws `storage_damaged`, `storage_newer`, `storage_read_only`, `storage_full` or `storage_busy`. */
export function openEmbeddedCheckpoints(options: EmbeddedCheckpointOptions): CheckpointStore {
  const connection = new Connection(options.path);
  try {
    prepareTables(connection, basename(options.path));
  } catch (error) {
    connection.close();
    throw error;
  }
  return new EmbeddedCheckpoints(connection, options);
}

class EmbeddedCheckpoints implements CheckpointStore {
  readonly #connection: Connection;
  readonly #threads: ThreadRows;

  constructor(connection: Connection, { ttlMs, now = Date.now }: EmbeddedCheckpointOptions) {
    this.#connection = connection;
    this.#threads = new ThreadRows(connection, ttlMs, now);
  }

  async put(thread: ThreadRef, record: NewRecord, contents: Contents): Promise<number | undefined> {
    return this.#connection.write(() => {
      if (record.base !== undefined && !this.#has(thread, record.base.stamp)) return undefined;
      const no = this.#threads.use(thread);
      this.#addContents(no, contents);
      return this.#addRecord(no, record);
    });
  }

  async putWrites(
    thread: ThreadRef,
    { namespace, id }: CheckpointPlace,
    frame: Buffer,
    contents: Contents,
  ): Promise<void> {
    this.#connection.write(() => {
      const no = this.#threads.use(thread);
      this.#addContents(no, contents);
      this.#addWrites(no, namespace, packId(id), frame);
    });
  }

  async load(
    thread: ThreadRef,
    query: CheckpointQuery,
    known: readonly number[],
  ): Promise<LoadedCheckpoints> {
    return this.#connection.read(() => {
      const no = this.#threads.find(thread);
      if (no === undefined) return { targets: [], records: new Map(), contents: new Map() };
      return loadCheckpoints(this.#connection, no, query, new Set(known));
    });
  }

  async contents(thread: ThreadRef, ids: readonly ContentId[]): Promise<Contents> {
    return this.#connection.read(() => {
      const no = this.#threads.find(thread);
      return no === undefined ? new Map() : readContents(this.#connection, no, ids);
    });
  }

  async *threads(tenant: string): AsyncIterable<readonly string[]> {
    let after = '';
    for (;;) {
      const page = this.#threads.page(tenant, after, THREADS_AT_ONCE);
      if (page.length === 0) return;
      yield page;
      after = page.at(-1)!;
    }
  }

  async deleteThread(thread: ThreadRef): Promise<void> {
    this.#connection.write(() => this.#threads.delete(thread));
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  #has(thread: ThreadRef, stamp: number): boolean {
    const no = this.#threads.find(thread);
    if (no === undefined) return false;
    const sql = 'SELECT 1 FROM checkpoint_records WHERE stamp = ? AND thread_no = ?';
    return this.#connection.first(sql, stamp, no) !== undefined;
  }

  #addContents(no: number, contents: Contents): void {
    for (const [id, frame] of contents) {
      this.#connection.run(
        'INSERT OR IGNORE INTO checkpoint_contents (thread_no, hash, frame) VALUES (?, ?, ?)',
        no,
        Buffer.from(id, 'latin1'),
        frame,
      );
    }
  }

  #addWrites(no: number, namespace: string, id: string | Buffer, frame: Buffer): void {
    const sql =
      'SELECT COUNT(*) AS number FROM checkpoint_writes WHERE thread_no = ? AND namespace = ? AND id = ?';
    const { number } = this.#connection.first<{ number: number }>(sql, no, namespace, id)!;
    this.#connection.run(
      'INSERT INTO checkpoint_writes (thread_no, namespace, id, number, frame) VALUES (?, ?, ?, ?, ?)',
      no,
      namespace,
      id,
      number,
      frame,
    );
  }

  #addRecord(no: number, { namespace, id, base, isDelta, frame }: NewRecord): number {
    const packed = packId(id);
    this.#connection.run(
      'UPDATE checkpoint_records SET superseded = 1 WHERE thread_no = ? AND namespace = ? AND id = ? AND superseded = 0',
      no,
      namespace,
      packed,
    );
    return this.#connection.run(
      'INSERT INTO checkpoint_records (thread_no, namespace, id, base, frame) VALUES (?, ?, ?, ?, ?)',
      no,
      namespace,
      packed,
      isDelta ? base!.stamp : null,
      frame,
    ).rowId;
  }
}
