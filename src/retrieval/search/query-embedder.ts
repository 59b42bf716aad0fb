import { type Cache, type Caches, contentKey } from '../../cache/index.js';
import { type Clock, systemClock } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import type { Embedder } from '../spec.js';
import { EmbeddingBatcher } from './embedding-batcher.js';

export interface QueryEmbedderOptions {
  readonly caches: Caches;
  /** False for embedders that compute a vector in less time than a shared tier takes to find it. */
  readonly isShared: boolean;
  /** How long a vector is kept: it depends on nothing but the model and the text. */
  readonly keepMs: number;
  readonly timeoutMs: number;
  readonly emit: EventSink;
  readonly clock?: Clock;
}

/** What a vector takes besides its numbers: the array, its buffer. */
const VECTOR_OVERHEAD_BYTES = 200;

/** Embeds questions, each text once as long as the cache holds it, also when many ask at once. */
export class QueryEmbedder {
  readonly #options: QueryEmbedderOptions;
  readonly #cache: Cache<Float32Array>;
  /** By embedder id: the configured one and the built-in one at most. */
  readonly #batchers = new Map<string, EmbeddingBatcher>();

  constructor(options: QueryEmbedderOptions) {
    this.#options = options;
    this.#cache = options.caches.create<Float32Array>({
      name: 'embedding',
      version: 1,
      ttlMs: options.keepMs,
      bytesOf: (vector) => vector.byteLength + VECTOR_OVERHEAD_BYTES,
      isValue: (candidate): candidate is Float32Array => candidate instanceof Float32Array,
      tiers: options.isShared ? 'memory-and-shared' : 'memory',
      // A lease takes about as long as the call that it would spare.
      leased: false,
    });
  }

  /** One vector a query, in one call for those that are not cached. Rejects with the embedder's error or an abort. */
  embed(
    embedder: Embedder,
    tenant: string,
    queries: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Float32Array[]> {
    const batcher = this.#batcherOf(embedder);
    return Promise.all(
      queries.map(async (query) => {
        const { value } = await this.#cache.getOrCompute(
          contentKey(tenant, [embedder.id, query]),
          (whileWanted) => batcher.embed(query, whileWanted),
          signal && { signal },
        );
        return value;
      }),
    );
  }

  #batcherOf(embedder: Embedder): EmbeddingBatcher {
    const { timeoutMs, emit, clock = systemClock } = this.#options;
    const known = this.#batchers.get(embedder.id);
    const batcher = known ?? new EmbeddingBatcher(embedder, { timeoutMs, emit, clock });
    this.#batchers.set(embedder.id, batcher);
    return batcher;
  }
}
