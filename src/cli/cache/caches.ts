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

export interface ShownCaches {
  readonly caches: Readonly<Record<string, ShownStatistics>>;
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
