import { type Caches, openCaches } from '../cache/index.js';
import { type BackgroundTasks, type Clock, Closer, systemClock } from '../core/index.js';
import type { EventSink } from '../observe/index.js';
import { BuiltinEmbedder } from './embedders/builtin.js';
import { createEmbedder } from './embedders/create-embedder.js';
import { type RetrievalOptions, resolveRetrievalOptions } from './options.js';
import { EmbeddedRetriever, type IndexSize, SearchClient } from './search/index.js';
import type { DocumentStore, Embedder, Retriever } from './spec.js';
import {
  type CollectionSize,
  checkCollectionName,
  collectionsToMigrate,
  EmbeddedDocumentStore,
  openDatabase,
  readCollectionSizes,
} from './stores/embedded/index.js';

export interface RetrievalParts {
  readonly emit?: EventSink;
  readonly clock?: Clock;
  /** Use this embedder instead of making one from the options. Stays the caller's to close. */
  readonly embedder?: Embedder;
  /** Where question vectors and results are kept. Stays the caller's to close. Default: own ones, in memory only. */
  readonly caches?: Caches;
  /** For what need not be waited for. Stays the caller's to drain, before this is closed. */
  readonly background?: BackgroundTasks;
}

/** Everything that reads: search, collections, documents. Writing is `openIndexWriter`, in the ingest worker. */
export interface Retrieval {
  readonly retriever: Retriever;
  readonly store: DocumentStore;
  /** The configured embedder; new collections get it, others are changed to it by `migrateEmbedder`. */
  readonly embedder: Embedder;
  /** Opens a collection's index in the search worker, so that the first question does not wait for it. */
  warm(tenant: string, collection: string): Promise<IndexSize>;
  /**
   * Reads a collection's index files from end to end between searches, and rebuilds damaged ones. For a quiet moment
   * after the start. Gives the number of rebuilt files.
   */
  verify(tenant: string, collection: string, signal?: AbortSignal): Promise<number>;
  /** The tenant's collections whose vectors are not, or not all, of the configured embedder: call `migrateEmbedder`. */
  collectionsToMigrate(tenant: string): readonly string[];
  /** Size of each of the tenant's collections, for metrics. Short. */
  indexSizes(tenant: string): readonly CollectionSize[];
  /** Ends the search worker, closes the embedder and the database. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the data folder for reading and starts the search worker on first use. Rejects with a storage error, or with
 * an embedder's error when that cannot be made.
 */
export async function openRetrieval(
  options: RetrievalOptions,
  parts: RetrievalParts = {},
): Promise<Retrieval> {
  const { emit = () => {}, clock = systemClock } = parts;
  const resolved = resolveRetrievalOptions(options);
  const closer = new Closer();
  try {
    const db = openDatabase(resolved.dataDir, { busyTimeoutMs: 0, checkpoints: 'none' });
    closer.add('database', () => db.close());
    const embedder = parts.embedder ?? (await createEmbedder(resolved.embedder));
    if (!parts.embedder) closer.add('embedder', () => embedder.close());
    const client = new SearchClient({ dataDir: resolved.dataDir, expansionSearch: resolved.expansionSearch });
    closer.add('search worker', () => client.close());
    const store = new EmbeddedDocumentStore(db, {
      dataDir: resolved.dataDir,
      embedder: embedder.id,
      clock,
      ...(parts.background && { background: parts.background }),
    });
    await store.purgeDropped();
    const embedderOf = embedderFinder(embedder);
    const caches = {
      embedding: cachesFor(resolved.embeddingCacheBytes, parts, closer),
      retrieval: cachesFor(resolved.resultCacheBytes, parts, closer),
    };
    return {
      retriever: new EmbeddedRetriever({ db, client, embedderOf, options: resolved, emit, caches }),
      store,
      embedder,
      warm: (tenant, collection) =>
        client.call('open', { tenant, collection: checkCollectionName(collection) }),
      verify: (tenant, collection, signal) =>
        client.call('verify', { tenant, collection: checkCollectionName(collection) }, { signal }),
      collectionsToMigrate: (tenant) => collectionsToMigrate(db, tenant, embedder.id),
      indexSizes: (tenant) => readCollectionSizes(db, tenant),
      close: () => closer.close(),
    };
  } catch (error) {
    await closer.close();
    throw error;
  }
}

/** Those given, unless 0 bytes switch the cache off; else own ones of so many bytes. */
function cachesFor(bytes: number, { caches, emit, clock }: RetrievalParts, closer: Closer): Caches {
  if (caches !== undefined && bytes > 0) return caches;
  const own = openCaches({ memoryLimitBytes: bytes }, { ...(emit && { emit }), ...(clock && { clock }) });
  closer.add('caches', () => own.close());
  return own;
}

/** The configured embedder, or the built-in one, which can always be made: what a change of embedders starts from. */
function embedderFinder(configured: Embedder): (id: string) => Embedder | undefined {
  const builtin = new BuiltinEmbedder();
  return (id) => [configured, builtin].find((embedder) => embedder.id === id);
}
