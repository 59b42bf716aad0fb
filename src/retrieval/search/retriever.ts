import { type Cache, type CacheKey, type CacheOutcome, type Caches, contentKey } from '../../cache/index.js';
import { NaraeError, systemClock } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import { retryBusy, type SqlDatabase } from '../../sql/index.js';
import { type FilterClause, parseFilter } from '../filter.js';
import type { ResolvedRetrievalOptions } from '../options.js';
import type {
  CollectionState,
  Embedder,
  QueryVector,
  Retriever,
  SearchMode,
  SearchOutcome,
  SearchRequest,
  VectorRequest,
} from '../spec.js';
import { type CollectionRow, checkCollectionName, requireCollection } from '../stores/embedded/index.js';
import { bytesOfOutcome, type CachedOutcome, isOutcome } from './cached-outcome.js';
import { checkRequest } from './check-request.js';
import { QueryEmbedder } from './query-embedder.js';
import type { Fusion } from './rank.js';
import type { SearchClient } from './search-client.js';
import type { SearchOutput } from './search-methods.js';

/** A search starts anew when the collection's embedder changes under it; this many times at most. */
const MAX_ATTEMPTS = 3;

export interface EmbeddedRetrieverParts {
  readonly db: SqlDatabase;
  readonly client: SearchClient;
  /** The embedder that made a collection's vectors; undefined when it cannot be had (any more). */
  readonly embedderOf: (id: string) => Embedder | undefined;
  readonly options: ResolvedRetrievalOptions;
  readonly emit: EventSink;
  /** Where question vectors and where results are kept. */
  readonly caches: { readonly embedding: Caches; readonly retrieval: Caches };
}

type Found = Extract<SearchOutput, { kind: 'found' }>;

/** How a request will be run, after the embedder had its say. */
interface Run {
  readonly mode: SearchMode;
  readonly embedder: Embedder | undefined;
  readonly vectors: readonly Float32Array[] | undefined;
  readonly embedMs: number;
}

/** Search over the embedded store: caches and embedding here, everything else in the search worker. */
export class EmbeddedRetriever implements Retriever {
  readonly #parts: EmbeddedRetrieverParts;
  readonly #queries: QueryEmbedder;
  readonly #results: Cache<CachedOutcome>;
  /** Of this turn, by tenant and name. */
  readonly #states = new Map<string, CollectionState>();

  constructor(parts: EmbeddedRetrieverParts) {
    const { options, emit, caches } = parts;
    this.#parts = parts;
    this.#queries = new QueryEmbedder({
      caches: caches.embedding,
      isShared: options.embedder.kind !== 'builtin',
      keepMs: options.embeddingCacheSeconds * 1_000,
      timeoutMs: options.queryEmbeddingTimeoutMs,
      emit,
    });
    this.#results = caches.retrieval.create<CachedOutcome>({
      name: 'retrieval',
      version: 1,
      ttlMs: options.resultCacheSeconds * 1_000,
      bytesOf: bytesOfOutcome,
      isValue: isOutcome,
      leased: false,
    });
  }

  /**
   * Rejects with `invalid_request`, `empty_question`, `invalid_filter` or `collection_not_found` naming the field, in
   * mode `vector` with the embedder's error, and with `storage_…` or `worker_failed`.
   */
  async search(request: SearchRequest): Promise<SearchOutcome> {
    checkRequest(request);
    const collection = checkCollectionName(request.collection);
    const filter = request.filter ? parseFilter(request.filter) : [];
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const outcome = await this.#attempt({ ...request, collection }, filter);
      if (outcome) return outcome;
    }
    throw new NaraeError('overloaded', {
      values: { what: 'the embedder is being changed', retryAfterSeconds: 1 },
      retryAfterSeconds: 1,
    });
  }

  /** Read once a turn of the event loop: a request of this turn was sent before it began, and so before the read. */
  stateOf(tenant: string, collection: string): CollectionState | undefined {
    const place = `${tenant}\0${collection}`;
    const known = this.#states.get(place);
    if (known !== undefined) return known;
    const state = this.#readState(tenant, checkCollectionName(collection));
    if (state === undefined) return undefined;
    if (this.#states.size === 0) setImmediate(() => this.#states.clear());
    this.#states.set(place, state);
    return state;
  }

  /** Kept by the search for the same question, so that nothing is embedded twice. */
  async queryVector({ tenant, collection, query, signal }: VectorRequest): Promise<QueryVector | undefined> {
    const { db, embedderOf } = this.#parts;
    const name = checkCollectionName(collection);
    const row = await retryBusy(systemClock, () => requireCollection(db, tenant, name));
    const embedder = embedderOf(row.embedder);
    const [vector] = embedder ? await this.#queries.embed(embedder, tenant, [query], signal) : [];
    return vector && { vector, embedder: row.embedder, collection: row.id };
  }

  #readState(tenant: string, name: string): CollectionState | undefined {
    try {
      const row = requireCollection(this.#parts.db, tenant, name);
      return { version: row.version, revision: this.#revisionOf(row) };
    } catch (error) {
      if (error instanceof NaraeError && error.code === 'collection_not_found') throw error;
      return undefined;
    }
  }

  /** The stamp tells apart what several servers, each with a store of its own, keep in one Redis. */
  #revisionOf({ id, stamp, embedder }: CollectionRow): string {
    const { options, embedderOf } = this.#parts;
    const settings = [this.#fusion(embedderOf(embedder)), options.candidates, options.expansionSearch];
    return JSON.stringify([id, stamp, embedder, settings]);
  }

  async #attempt(
    request: SearchRequest,
    filter: readonly FilterClause[],
  ): Promise<SearchOutcome | undefined> {
    const { db } = this.#parts;
    const row = await retryBusy(systemClock, () => requireCollection(db, request.tenant, request.collection));
    const { signal, forceNew } = request;
    try {
      const { value, outcome } = await this.#results.getOrCompute(
        this.#key(request, filter, row),
        (whileWanted) => this.#searchAnew({ ...request, signal: whileWanted }, filter, row.embedder),
        {
          ...(signal && { signal }),
          ...(forceNew && { forceNew }),
          // What ran without the embedder must not outlive the embedder's absence.
          keepIf: ({ mode, collectionVersion }) =>
            !forceNew && mode === request.mode && collectionVersion === row.version,
        },
      );
      return present(value, outcome);
    } catch (error) {
      if (error instanceof EmbedderChanged) return undefined;
      throw error;
    }
  }

  async #searchAnew(
    request: SearchRequest,
    filter: readonly FilterClause[],
    embedderId: string,
  ): Promise<CachedOutcome> {
    const run = await this.#prepare(request, embedderId, this.#parts.embedderOf(embedderId));
    const { results, version, searchMs, fetchMs } = await this.#searchWorker(request, filter, run);
    return {
      results,
      collectionVersion: version,
      mode: run.mode,
      timings: { embedMs: run.embedMs, searchMs, fetchMs },
    };
  }

  /** Embeds the questions; hybrid search goes on with keywords alone when that is not possible. */
  async #prepare(request: SearchRequest, id: string, embedder: Embedder | undefined): Promise<Run> {
    const keywordOnly: Run = { mode: 'keyword', embedder: undefined, vectors: undefined, embedMs: 0 };
    if (request.mode === 'keyword') return keywordOnly;
    const startMs = performance.now();
    try {
      if (!embedder) throw notConfigured(id);
      const vectors = await this.#queries.embed(embedder, request.tenant, request.queries, request.signal);
      return { mode: request.mode, embedder, vectors, embedMs: performance.now() - startMs };
    } catch (error) {
      if (request.mode === 'vector' || request.signal?.aborted || !(error instanceof NaraeError)) throw error;
      this.#parts.emit({ type: 'error', code: error.code, message: error.message, cause: error.cause });
      return { ...keywordOnly, embedMs: performance.now() - startMs };
    }
  }

  /** Rejects with `EmbedderChanged` when the collection's embedder is another by now. */
  async #searchWorker(request: SearchRequest, filter: readonly FilterClause[], run: Run): Promise<Found> {
    const { client, options, emit } = this.#parts;
    const output = await client.call(
      'search',
      {
        tenant: request.tenant,
        collection: request.collection,
        queries: request.queries,
        vectors: run.vectors,
        embedder: run.embedder?.id,
        mode: run.mode,
        k: request.k,
        candidates: Math.max(options.candidates, request.k * 4),
        fusion: this.#fusion(run.embedder),
        filter,
        minScore: request.minScore,
      },
      { signal: request.signal },
    );
    if (output.kind === 'embedder-changed') throw new EmbedderChanged();
    if (output.repairs > 0)
      emit({
        type: 'notice',
        message: 'Damaged index files were rebuilt from the database.',
        details: { collection: request.collection, files: output.repairs },
      });
    return output;
  }

  #fusion(embedder: Embedder | undefined): Fusion {
    const { fusion, vectorWeight } = this.#parts.options;
    return fusion === 'rrf'
      ? { kind: 'rrf' }
      : { kind: 'weighted', vectorWeight: vectorWeight ?? embedder?.fusionWeight ?? 0 };
  }

  /**
   * All that a result depends on. The stamp tells apart collections of the same number and version in two data
   * folders whose servers share a tier.
   */
  #key(request: SearchRequest, filter: readonly FilterClause[], row: CollectionRow): CacheKey {
    const { options, embedderOf } = this.#parts;
    const { fusion, vectorWeight } = asParts(this.#fusion(embedderOf(row.embedder)));
    return contentKey(request.tenant, [
      [row.id, row.version, row.stamp, row.embedder],
      [request.mode, request.k, request.minScore, JSON.stringify(filter)],
      [fusion, vectorWeight, options.candidates, options.expansionSearch],
      request.queries,
    ]);
  }
}

/** Ends an attempt; the next one embeds with the collection's new embedder. */
class EmbedderChanged extends Error {}

function asParts(fusion: Fusion): { readonly fusion: string; readonly vectorWeight: number | undefined } {
  return { fusion: fusion.kind, vectorWeight: fusion.kind === 'weighted' ? fusion.vectorWeight : undefined };
}

function present(value: CachedOutcome, outcome: CacheOutcome): SearchOutcome {
  const isNew = outcome === 'miss' || outcome === 'bypass';
  if (isNew) return { ...value, cache: outcome };
  return { ...value, timings: { embedMs: 0, searchMs: 0, fetchMs: 0 }, cache: 'hit' };
}

function notConfigured(id: string): NaraeError {
  return new NaraeError('embedder_unavailable', {
    values: { embedder: id, reason: "it made this collection's vectors but is not configured any more" },
  });
}
