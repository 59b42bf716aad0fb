/** A thread that has been used so often lives so long after its last use. */
export interface LifeStep {
  readonly uses: number;
  readonly ttlMs: number;
}

/** 1 hour, then 2 from the third use on, 4 from the sixth, 24 from the eleventh: for scratch conversations. */
export const GROWING_LIFE: readonly LifeStep[] = [
  { uses: 0, ttlMs: 3_600_000 },
  { uses: 3, ttlMs: 7_200_000 },
  { uses: 6, ttlMs: 14_400_000 },
  { uses: 11, ttlMs: 86_400_000 },
];

export interface ThreadStoreOptions {
  /**
   * Threads go by themselves when they are not used for so long; each load of turns is a use. The first step has `uses: 0`.
   * Default: none, threads are kept.
   */
  readonly life?: readonly LifeStep[];
  /** Milliseconds between two sweeps for what ran out of life. Default 60,000; 0: only when called. */
  readonly sweepIntervalMs?: number;
}

export interface RunsOptions {
  /** A run whose process has not been heard of for so long is dead. Default 15,000. */
  readonly leaseMs?: number;
  /** From a run's start to its end. Default 600,000. */
  readonly timeoutMs?: number;
  /** Runs waiting on one thread; further ones are `thread_busy`. Default 32. */
  readonly maxWaitingRuns?: number;
  /** Events that a run's log keeps; older ones are dropped. Default 20,000. */
  readonly maxEvents?: number;
  /** Bytes that a run's log keeps, about. Default 4 MiB. */
  readonly maxLogBytes?: number;
  /** Bytes of all logs in memory, about; those of runs that have ended go first. Default 256 MiB. */
  readonly maxTotalLogBytes?: number;
  /** How long the log of a run that has ended can still be read. Default 300,000. */
  readonly keepLogMs?: number;
  /** How long a run that has ended is remembered. Default 86,400,000. */
  readonly keepRunMs?: number;
}

export const defaultRunsOptions: Required<RunsOptions> = {
  leaseMs: 15_000,
  timeoutMs: 600_000,
  maxWaitingRuns: 32,
  maxEvents: 20_000,
  maxLogBytes: 4 * 1_024 * 1_024,
  maxTotalLogBytes: 256 * 1_024 * 1_024,
  keepLogMs: 300_000,
  keepRunMs: 86_400_000,
};

/** How long a thread lives that has been used so often; undefined: it is kept. */
export function lifeAfter(life: readonly LifeStep[] | undefined, uses: number): number | undefined {
  return life?.findLast((step) => step.uses <= uses)?.ttlMs;
}
