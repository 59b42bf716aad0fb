import type { CacheReadOutcome, EventSink } from '../observe/index.js';
import type { CacheStatistics, ComputeCost } from './spec.js';

/** What one cache counts, in place. */
export class Counters {
  readonly cache: string;
  readonly #emit: EventSink | undefined;
  readonly #reads: Record<CacheReadOutcome, number> = {
    hit: 0,
    stale: 0,
    joined: 0,
    miss: 0,
    bypass: 0,
    negative: 0,
    unreadable: 0,
    'shared-failed': 0,
  };
  readonly #saved = { llmCalls: 0, tokens: 0, dollars: 0 };
  sharedHits = 0;
  evictions = 0;
  entries = 0;
  bytes = 0;

  constructor(cache: string, emit: EventSink | undefined) {
    this.cache = cache;
    this.#emit = emit;
  }

  read(outcome: CacheReadOutcome): void {
    this.#reads[outcome]++;
    this.#emit?.({ type: 'cache-read', cache: this.cache, outcome });
  }

  save(cost: ComputeCost | undefined): void {
    if (cost === undefined) return;
    this.#saved.llmCalls += cost.llmCalls ?? 0;
    this.#saved.tokens += cost.tokens ?? 0;
    this.#saved.dollars += cost.dollars ?? 0;
  }

  snapshot(): CacheStatistics {
    const reads = this.#reads;
    return {
      hits: reads.hit,
      sharedHits: this.sharedHits,
      misses: reads.miss,
      joins: reads.joined,
      stale: reads.stale,
      bypasses: reads.bypass,
      negatives: reads.negative,
      evictions: this.evictions,
      unreadable: reads.unreadable,
      sharedFailures: reads['shared-failed'],
      entries: this.entries,
      bytes: this.bytes,
      saved: { ...this.#saved },
    };
  }
}
