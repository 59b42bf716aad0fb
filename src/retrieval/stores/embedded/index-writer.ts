import { type Clock, NaraeError, systemClock, throwIfAborted } from '../../../core/index.js';
import type { SqlDatabase } from '../../../sql/index.js';
import type {
  ChunkInput,
  CommitResult,
  DocumentInput,
  DocumentOrigin,
  Embedder,
  IndexWriter,
  KnownDocument,
  PutResult,
} from '../../spec.js';
import { ChunkVectors } from './chunk-vectors.js';
import { allocateChunkIds, chunkKeys, searchableText } from './chunks.js';
import { type CollectionRow, findCollection, insertCollection, requireCollection } from './collections.js';
import { applyCommit, type StagedSegment } from './commit-apply.js';
import { addedChunks, type CommitPlan, type PendingChange, planCommit } from './commit-plan.js';
import { diffChunks } from './diff.js';
import { findDocument, knownSources } from './documents.js';
import { checkCollectionName } from './names.js';
import { optimiseCollection, tidyCollection } from './optimise.js';
import { openDatabase } from './schema.js';
import { SegmentFileWriter } from './segment-files.js';
import { indexFolder } from './segments.js';
import { embedderNumber } from './vectors.js';

/** A commit is planned anew when somebody else changed the collection meanwhile; this many times at most. */
const COMMIT_ATTEMPTS = 8;

export interface IndexWriterOptions {
  /** The data folder; made when missing. */
  readonly dataDir: string;
  readonly tenant: string;
  /** Made when missing. */
  readonly collection: string;
  /** Stays the caller's to close. */
  readonly embedder: Embedder;
  readonly clock?: Clock;
}

/** Opens a collection for writing. Throws `invalid_name` or a storage error. One writer a collection should run at a time. */
export function openIndexWriter(options: IndexWriterOptions): IndexWriter {
  const name = checkCollectionName(options.collection);
  const db = openDatabase(options.dataDir);
  try {
    const { tenant, embedder, clock = systemClock } = options;
    if (!findCollection(db, tenant, name))
      db.write(() => insertCollection(db, { tenant, name, embedder: embedder.id, nowMs: clock.now() }));
    return new EmbeddedIndexWriter(db, { ...options, collection: name, clock });
  } catch (error) {
    db.close();
    throw error;
  }
}

class EmbeddedIndexWriter implements IndexWriter {
  readonly #db: SqlDatabase;
  readonly #options: Required<IndexWriterOptions>;
  readonly #pending = new Map<string, PendingChange>();
  #closed = false;

  constructor(db: SqlDatabase, options: Required<IndexWriterOptions>) {
    this.#db = db;
    this.#options = options;
  }

  known(origin: DocumentOrigin): ReadonlyMap<string, KnownDocument> {
    return knownSources(this.#db, this.#collection(), origin);
  }

  put(document: DocumentInput, chunks: readonly ChunkInput[]): PutResult {
    const existing = findDocument(this.#db, this.#collection(), document)?.row;
    const diff = diffChunks(existing === undefined ? [] : chunkKeys(this.#db, existing), chunks);
    this.#pending.set(document.source, { kind: 'put', document, chunks });
    return {
      chunksAdded: diff.added.length,
      chunksKept: diff.kept.length,
      chunksRemoved: diff.removed.length,
    };
  }

  remove(source: string): boolean {
    const waiting = this.#pending.get(source);
    if (waiting?.kind === 'remove') return false;
    const stored = findDocument(this.#db, this.#collection(), { source }) !== undefined;
    if (stored) this.#pending.set(source, { kind: 'remove' });
    else this.#pending.delete(source);
    return stored || waiting !== undefined;
  }

  get pendingChunks(): number {
    let chunks = 0;
    for (const change of this.#pending.values()) if (change.kind === 'put') chunks += change.chunks.length;
    return chunks;
  }

  async commit(signal?: AbortSignal): Promise<CommitResult> {
    if (this.#pending.size === 0)
      return { version: this.#collection().version, chunksEmbedded: 0, chunksReused: 0 };
    const vectors = new ChunkVectors();
    for (let attempt = 0; attempt < COMMIT_ATTEMPTS; attempt++) {
      const plan = this.#plan();
      const result = await this.#tryCommit(plan, vectors, signal);
      if (!result) continue;
      this.#pending.clear();
      await this.#tidy(plan.collection, signal);
      return result;
    }
    throw new NaraeError('ingest_failed', {
      values: { reason: 'another process keeps changing the collection' },
    });
  }

  async optimise(signal?: AbortSignal): Promise<void> {
    await optimiseCollection(this.#db, this.#options.dataDir, this.#collection(), signal);
  }

  /** Drops what was not committed. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#pending.clear();
    this.#db.close();
  }

  /** The commit stands whatever happens here; the next one, or `optimise`, tries again and then says what is wrong. */
  async #tidy(collection: CollectionRow, signal: AbortSignal | undefined): Promise<void> {
    await tidyCollection(this.#db, this.#options.dataDir, collection, signal).catch(() => {});
  }

  #collection(): CollectionRow {
    return requireCollection(this.#db, this.#options.tenant, this.#options.collection);
  }

  #plan(): CommitPlan {
    return this.#db.read(() => planCommit(this.#db, this.#collection(), this.#pending));
  }

  /** Undefined when the collection changed since the plan was made. */
  async #tryCommit(
    plan: CommitPlan,
    vectors: ChunkVectors,
    signal: AbortSignal | undefined,
  ): Promise<CommitResult | undefined> {
    const { embedder } = this.#options;
    const { collection } = plan;
    const added = addedChunks(plan);
    const number = embedderNumber(this.#db, embedder.id);
    await vectors.fill(this.#db, { collection, embedder, embedderNumber: number }, added, signal);
    throwIfAborted(signal);
    const files = new SegmentFileWriter(indexFolder(this.#options.dataDir, collection.id));
    try {
      const staged = this.#stage(files, added, vectors, number);
      const version = applyCommit(this.#db, plan, staged, this.#options.clock.now());
      if (version === undefined) {
        files.discard();
        return undefined;
      }
      const chunksEmbedded = vectors.countEmbedded(added);
      return { version, chunksEmbedded, chunksReused: added.length - chunksEmbedded };
    } catch (error) {
      files.discard();
      throw error;
    }
  }

  /** Writes the segment's files before the transaction: the lock is held only for the rows. */
  #stage(
    files: SegmentFileWriter,
    added: readonly ChunkInput[],
    vectors: ChunkVectors,
    number: number,
  ): StagedSegment {
    const { embedder } = this.#options;
    if (added.length > 0) {
      files.writeKeyword(added.map((chunk) => searchableText(chunk.headings, chunk.text)));
      files.writeVectors(
        number,
        embedder.dimensions,
        added.map((chunk) => vectors.get(chunk.hash)),
      );
    }
    return {
      files: files.files,
      embedder: { id: embedder.id, number },
      firstChunk: added.length > 0 ? allocateChunkIds(this.#db, added.length) : 0,
      vectorOf: (hash) => vectors.get(hash) as Uint8Array,
    };
  }
}
