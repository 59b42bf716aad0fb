/** How much may be under way at once, and what it learns from calls. */
export interface ConcurrencyLimit {
  /** At least 1. */
  readonly value: number;
  observe(sample: LimitSample): void;
}

export interface LimitSample {
  /** Time to the first result, in milliseconds. */
  readonly latencyMs: number;
  /** Calls under way, this one included, when it ended. */
  readonly inFlight: number;
  /** True when the service refused or timed out for too much load. */
  readonly dropped: boolean;
}

export function fixedLimit(value: number): ConcurrencyLimit {
  return { value, observe: () => {} };
}

export interface AdaptiveLimitOptions {
  readonly min: number;
  readonly max: number;
  /** Where it begins. */
  readonly initial: number;
  /** How many times its usual latency a service may take before the limit falls. */
  readonly tolerance: number;
}

/** Weight of a new latency in the long average: about the last hundred calls. */
const LONG_WEIGHT = 0.02;
/** Weight of a new target in the limit; smaller is calmer. */
const SMOOTHING = 0.2;
const DROP_FACTOR = 0.9;

/**
 * A limit that follows latency, after the "gradient" limit of Netflix's concurrency-limits: while latency is near
 * its long average the limit grows by about its square root a round, when latency rises it shrinks in proportion,
 * and a refusal takes a tenth. It only learns while at least half of it is in use; the rest says nothing about it.
 */
export class AdaptiveLimit implements ConcurrencyLimit {
  readonly #options: AdaptiveLimitOptions;
  #limit: number;
  #longMs: number | undefined;

  constructor(options: AdaptiveLimitOptions) {
    this.#options = options;
    this.#limit = this.#clamp(options.initial);
  }

  get value(): number {
    return Math.floor(this.#limit);
  }

  observe({ latencyMs, inFlight, dropped }: LimitSample): void {
    if (dropped) {
      this.#limit = this.#clamp(this.#limit * DROP_FACTOR);
      return;
    }
    const longMs = this.#learnLatency(latencyMs);
    if (inFlight * 2 < this.#limit) return;
    const gradient = Math.max(0.5, Math.min(1, (this.#options.tolerance * longMs) / Math.max(latencyMs, 1)));
    const target = this.#limit * gradient + Math.sqrt(this.#limit);
    this.#limit = this.#clamp(this.#limit * (1 - SMOOTHING) + target * SMOOTHING);
  }

  /** The long average; it forgets faster while it is far above what is measured now. */
  #learnLatency(latencyMs: number): number {
    const long = this.#longMs ?? latencyMs;
    const faded = long > 2 * latencyMs ? long * 0.95 : long;
    this.#longMs = faded + (latencyMs - faded) * LONG_WEIGHT;
    return this.#longMs;
  }

  #clamp(limit: number): number {
    return Math.max(this.#options.min, Math.min(this.#options.max, limit));
  }
}
