import type { Clock } from '../../core/index.js';
import { type BreakerOptions, type BreakerPass, CircuitBreaker } from '../../resilience/index.js';

/** Lengths of deadline told apart; what is beyond shares the breaker of the default. */
const MAX_BREAKERS = 16;

/**
 * One breaker for each length of deadline: a server that takes 100 ms is dead to a cache that waits 20 ms and well
 * for a thread that waits a second, and neither may decide for the other.
 */
export class Breakers {
  readonly #options: BreakerOptions;
  readonly #defaultMs: number;
  readonly #clock: Clock;
  readonly #byDeadline = new Map<number, CircuitBreaker>();

  constructor(options: BreakerOptions, defaultMs: number, clock: Clock) {
    this.#options = options;
    this.#defaultMs = defaultMs;
    this.#clock = clock;
  }

  /** Whether the breaker of calls without a deadline of their own keeps them away. */
  get resting(): boolean {
    return this.#byDeadline.get(this.#defaultMs)?.available === false;
  }

  enter(deadlineMs: number): BreakerPass | undefined {
    return this.#breaker(deadlineMs).enter();
  }

  /** A new connection is a new start. */
  reset(): void {
    this.#byDeadline.clear();
  }

  #breaker(deadlineMs: number): CircuitBreaker {
    const known = this.#byDeadline.get(deadlineMs);
    if (known) return known;
    if (this.#byDeadline.size >= MAX_BREAKERS && deadlineMs !== this.#defaultMs)
      return this.#breaker(this.#defaultMs);
    const breaker = new CircuitBreaker(this.#options, { clock: this.#clock });
    this.#byDeadline.set(deadlineMs, breaker);
    return breaker;
  }
}
