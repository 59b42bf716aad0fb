import { type Clock, deriveSignal, NaraeError, systemClock, toNaraeError } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import type { Embedder } from '../spec.js';
import { ByteCache } from './byte-cache.js';

/** Question vectors are kept for a day: they depend on nothing but the model and the text. */
const TTL_MS = 24 * 60 * 60 * 1_000;

/** After a failure the embedder is left alone for so long: not every question must wait for its timeout. */
const COOL_DOWN_MS = 10_000;

export interface QueryEmbedderOptions {
  readonly cacheBytes: number;
  readonly timeoutMs: number;
  readonly emit: EventSink;
  readonly clock?: Clock;
}

/** Embeds questions, each text once as long as the cache holds it. */
export class QueryEmbedder {
  readonly #options: QueryEmbedderOptions;
  readonly #clock: Clock;
  readonly #cache: ByteCache<Float32Array>;
  /** By embedder id: when it may be asked again, and why it failed. */
  readonly #resting = new Map<string, { readonly untilMs: number; readonly error: NaraeError }>();

  constructor(options: QueryEmbedderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#cache = new ByteCache({
      maxBytes: options.cacheBytes,
      ttlMs: TTL_MS,
      bytesOf: (vector) => vector.byteLength,
    });
  }

  /** One vector a query, in one call for those that are not cached. Rejects with the embedder's error or an abort. */
  async embed(
    embedder: Embedder,
    queries: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Float32Array[]> {
    const missing = [...new Set(queries)].filter((query) => !this.#cache.get(keyOf(embedder, query)));
    this.#options.emit({
      type: 'cache-read',
      cache: 'embedding',
      outcome: missing.length === 0 ? 'hit' : 'miss',
    });
    const fresh = new Map<string, Float32Array>();
    if (missing.length > 0) {
      const vectors = await this.#ask(embedder, missing, signal);
      missing.forEach((query, at) => {
        const vector = vectors[at] as Float32Array;
        fresh.set(query, vector);
        this.#cache.set(keyOf(embedder, query), vector);
      });
    }
    return queries.map(
      (query) => (fresh.get(query) ?? this.#cache.get(keyOf(embedder, query))) as Float32Array,
    );
  }

  async #ask(
    embedder: Embedder,
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Float32Array[]> {
    const resting = this.#resting.get(embedder.id);
    if (resting && this.#clock.monotonicMs() < resting.untilMs) throw resting.error;
    const startMs = this.#clock.monotonicMs();
    using derived = deriveSignal(signal, {
      deadlineMs: this.#options.timeoutMs,
      onDeadline: () => unavailable(embedder, `no answer in ${this.#options.timeoutMs} ms`),
    });
    try {
      const vectors = await embedder.embed(texts, 'query', derived.signal);
      this.#resting.delete(embedder.id);
      this.#options.emit({
        type: 'embedding-finished',
        embedder: embedder.id,
        texts: texts.length,
        durationMs: this.#clock.monotonicMs() - startMs,
        purpose: 'query',
      });
      return vectors;
    } catch (thrown) {
      if (signal?.aborted) throw toNaraeError(thrown);
      const error = this.#failure(embedder, derived.signal, thrown);
      this.#resting.set(embedder.id, { untilMs: this.#clock.monotonicMs() + COOL_DOWN_MS, error });
      throw error;
    }
  }

  #failure(embedder: Embedder, signal: AbortSignal, thrown: unknown): NaraeError {
    if (signal.reason instanceof NaraeError) return signal.reason;
    if (thrown instanceof NaraeError) return thrown;
    return unavailable(embedder, thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}

function unavailable(embedder: Embedder, reason: string, cause?: unknown): NaraeError {
  return new NaraeError('embedder_unavailable', { values: { embedder: embedder.id, reason }, cause });
}

/** The embedder's id cannot hold a line break. */
function keyOf(embedder: Embedder, query: string): string {
  return `${embedder.id}\n${query}`;
}
