/**
 * The contract of checkpoint storage. Bytes in, bytes out: records and contents are frames (`frame.ts`).
 *
 *   record 1 (whole) ◀── record 2 (delta) ◀── record 3 (delta)     one superstep each
 *        └─ contents a b       └─ content c         └─ content d   each stored once a thread
 *                              ◀── record 4 (delta)                a fork shares what came before it
 */

/** The first 128 bits of a SHA-256, as 16 Latin-1 characters. */
export type ContentId = string;
export type Contents = ReadonlyMap<ContentId, Buffer>;

/** Every call names its tenant: there is no way to reach another's threads. */
export interface ThreadRef {
  readonly tenant: string;
  readonly thread: string;
}

/** Where a checkpoint is in its thread: the namespace ('' outside subgraphs) and its id, which sorts by time. */
export interface CheckpointPlace {
  readonly namespace: string;
  readonly id: string;
}

/** A stored record, exactly: a place may be written again, and what was based on the old record keeps it. */
export interface RecordPlace extends CheckpointPlace {
  /** Given by the store, never given twice in a thread. */
  readonly stamp: number;
}

export interface NewRecord extends CheckpointPlace {
  /**
   * A record of the same namespace that this one relies on: it is stored only while that one is there, so the
   * contents of that one need not come again.
   */
  readonly base?: RecordPlace;
  /** Whether it is a delta against the base; else it is whole, and a load stops there. */
  readonly isDelta: boolean;
  readonly frame: Buffer;
}

export interface StoredRecord extends RecordPlace {
  /** Stamp of the record that this one is a delta against. */
  readonly base?: number;
  readonly frame: Buffer;
}

export type CheckpointQuery =
  | { readonly kind: 'latest'; readonly namespace: string }
  | { readonly kind: 'one'; readonly place: CheckpointPlace }
  | {
      /** Newest first. */
      readonly kind: 'page';
      /** Default: every namespace. */
      readonly namespace?: string;
      /** Only ids that sort before it. */
      readonly before?: string;
      /** 1 to 256. */
      readonly limit: number;
    };

export interface LoadedTarget extends RecordPlace {
  /** Frames of its pending writes, oldest first. */
  readonly writes: readonly Buffer[];
}

export interface LoadedCheckpoints {
  readonly targets: readonly LoadedTarget[];
  /** The targets' records and those below them, down to a whole or a known one, by stamp. */
  readonly records: ReadonlyMap<number, StoredRecord>;
  /** What the records and writes refer to, as far as it is there. */
  readonly contents: Contents;
}

export interface CheckpointStore {
  /**
   * Stores a record and its contents, all or nothing; resolves with its stamp, or undefined when its base is gone
   * (deleted or expired meanwhile) and nothing was stored. One round trip.
   */
  put(thread: ThreadRef, record: NewRecord, contents: Contents): Promise<number | undefined>;
  /** Adds pending writes to a checkpoint, which may be stored later than they are. One round trip. */
  putWrites(thread: ThreadRef, place: CheckpointPlace, frame: Buffer, contents: Contents): Promise<void>;
  /** `known`: stamps whose records the caller has; they and what is below them are not brought. One round trip. */
  load(thread: ThreadRef, query: CheckpointQuery, known: readonly number[]): Promise<LoadedCheckpoints>;
  /** Contents that the caller has forgotten. Those that are not there are left out. */
  contents(thread: ThreadRef, ids: readonly ContentId[]): Promise<Contents>;
  /** The tenant's threads, in pages, in no order. */
  threads(tenant: string): AsyncIterable<readonly string[]>;
  /** Whole, at once; a thread that is not there is no failure. */
  deleteThread(thread: ThreadRef): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export const PAGE_LIMIT = 256;
