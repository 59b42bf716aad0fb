import { NaraeError, systemClock } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import { retryBusy, type SqlDatabase } from '../../sql/index.js';
import { type FilterClause, parseFilter } from '../filter.js';
import type { ResolvedRetrievalOptions } from '../options.js';
import type { Embedder, Retriever, SearchMode, SearchOutcome, SearchRequest } from '../spec.js';
import { checkCollectionName, requireCollection } from '../stores/embedded/index.js';
import { ByteCache } from './byte-cache.js';
import { bytesOfOutcome, type CachedOutcome } from './cached-outcome.js';
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
  readonly #results: ByteCache<CachedOutcome>;

  constructor(parts: EmbeddedRetrieverParts) {
    const { options, emit } = parts;
    this.#parts = parts;
    this.#queries = new QueryEmbedder({
      cacheBytes: options.embeddingCacheBytes,
      timeoutMs: options.queryEmbeddingTimeoutMs,
      emit,
    });
    this.#results = new ByteCache({
      maxBytes: options.resultCacheBytes,
      ttlMs: options.resultCacheSeconds * 1_000,
      bytesOf: bytesOfOutcome,
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

  async #attempt(
    request: SearchRequest,
    filter: readonly FilterClause[],
  ): Promise<SearchOutcome | undefined> {
    const { db, emit, embedderOf } = this.#parts;
    const {
      version,
      embedder: id,
      id: number,
    } = await retryBusy(systemClock, () => requireCollection(db, request.tenant, request.collection));
    const key = (atVersion: number) => this.#key(request, filter, [number, atVersion, id]);
    const cached = request.forceNew ? undefined : this.#results.get(key(version));
    emit({ type: 'cache-read', cache: 'retrieval', outcome: cacheOutcome(request, cached) });
    if (cached) return { ...cached, timings: { embedMs: 0, searchMs: 0, fetchMs: 0 }, cache: 'hit' };
    const run = await this.#prepare(request, id, embedderOf(id));
    const found = await this.#searchWorker(request, filter, run);
    if (!found) return undefined;
    const outcome = { results: found.results, collectionVersion: found.version, mode: run.mode };
    // What ran without the embedder must not outlive the embedder's absence.
    if (!request.forceNew && run.mode === request.mode) this.#results.set(key(found.version), outcome);
    return {
      ...outcome,
      timings: { embedMs: run.embedMs, searchMs: found.searchMs, fetchMs: found.fetchMs },
      cache: request.forceNew ? 'bypass' : 'miss',
    };
  }

  /** Embeds the questions; hybrid search goes on with keywords alone when that is not possible. */
  async #prepare(request: SearchRequest, id: string, embedder: Embedder | undefined): Promise<Run> {
    const keywordOnly: Run = { mode: 'keyword', embedder: undefined, vectors: undefined, embedMs: 0 };
    if (request.mode === 'keyword') return keywordOnly;
    const startMs = performance.now();
    try {
      if (!embedder) throw notConfigured(id);
      const vectors = await this.#queries.embed(embedder, request.queries, request.signal);
      return { mode: request.mode, embedder, vectors, embedMs: performance.now() - startMs };
    } catch (error) {
      if (request.mode === 'vector' || request.signal?.aborted || !(error instanceof NaraeError)) throw error;
      this.#parts.emit({ type: 'error', code: error.code, message: error.message, cause: error.cause });
      return { ...keywordOnly, embedMs: performance.now() - startMs };
    }
  }

  /** Undefined when the collection's embedder is another by now. */
  async #searchWorker(
    request: SearchRequest,
    filter: readonly FilterClause[],
    run: Run,
  ): Promise<Found | undefined> {
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
    if (output.kind === 'embedder-changed') return undefined;
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

  /** All that a result depends on. The collection's number stands for tenant and name: it is never given twice. */
  #key(
    request: SearchRequest,
    filter: readonly FilterClause[],
    collection: readonly (number | string)[],
  ): string {
    const { options, embedderOf } = this.#parts;
    const fusion = this.#fusion(embedderOf(String(collection[2])));
    return JSON.stringify([
      request.tenant,
      ...collection,
      request.mode,
      request.k,
      request.minScore ?? null,
      filter,
      [fusion, options.candidates, options.expansionSearch],
      request.queries,
    ]);
  }
}

function notConfigured(id: string): NaraeError {
  return new NaraeError('embedder_unavailable', {
    values: { embedder: id, reason: "it made this collection's vectors but is not configured any more" },
  });
}

function cacheOutcome(request: SearchRequest, cached: CachedOutcome | undefined): 'hit' | 'miss' | 'bypass' {
  if (request.forceNew) return 'bypass';
  return cached ? 'hit' : 'miss';
}
