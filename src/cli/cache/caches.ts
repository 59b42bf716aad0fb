/** Statistics of one cache, as `GET /admin/caches` gives them. */
export interface ShownStatistics {
  readonly hits: number;
  readonly misses: number;
  readonly joins: number;
  readonly stale: number;
  readonly entries: number;
  readonly bytes: number;
  readonly hit_rate: number;
  readonly saved: { readonly llm_calls: number; readonly tokens: number; readonly dollars: number };
}

/** What became of answers that served questions that mean the same. */
export interface ShownSemantic {
  readonly questions: number;
  readonly hits: number;
  readonly compared: number;
  readonly false_hits: number;
  /** Absent before the first comparison. */
  readonly false_hit_rate?: number;
  readonly interval: { readonly low: number; readonly high: number };
}

export interface ShownCaches {
  readonly caches: Readonly<Record<string, ShownStatistics>>;
  /** Of a running server, where questions that mean the same share answers. */
  readonly semantic?: ShownSemantic;
  /** Of the data folder, where values are kept there. */
  readonly shared?: { readonly entries: number; readonly bytes: number };
}

export type WarmOutcome = 'kept' | 'written' | 'failed';

/** The caches that a command works on: those of a running server, or what the data folder holds. */
export interface CachesAtHand {
  show(): Promise<ShownCaches>;
  /** Drops everything that matches in one cache. Gives how many, as far as is known. */
  clear(name: string, pattern: string | undefined): Promise<number>;
  /** Asks every question; an outcome each, as they are ready. */
  warm(questions: readonly string[]): AsyncIterable<WarmOutcome>;
}
