import { type Clock, systemClock } from '../core/index.js';

export interface BudgetOptions {
  /** Extra calls earned by each ordinary call: 0.1 allows one in ten. */
  readonly ratio: number;
  /** Extra calls earned by each second, so that a quiet service may retry as well. */
  readonly floorPerSecond: number;
  /** Most extra calls that can be saved up. With a floor the budget starts full, without one it starts empty. */
  readonly burst: number;
}

/**
 * A token bucket that ties extra calls (retries, hedges) to ordinary ones: when everything fails, the load on what
 * fails grows by `ratio` and not by the number of attempts.
 */
export class CallBudget {
  readonly #options: BudgetOptions;
  readonly #clock: Clock;
  #balance: number;
  #countedAtMs: number;

  constructor(options: BudgetOptions, clock: Clock = systemClock) {
    this.#options = options;
    this.#clock = clock;
    this.#balance = options.floorPerSecond > 0 ? options.burst : 0;
    this.#countedAtMs = clock.monotonicMs();
  }

  /** Extra calls that may be made now. */
  get balance(): number {
    this.#earnTime();
    return this.#balance;
  }

  /** An ordinary call was made. */
  deposit(): void {
    this.#earn(this.#options.ratio);
  }

  /** Takes one extra call; false when none is left. */
  tryWithdraw(): boolean {
    if (this.balance < 1) return false;
    this.#balance--;
    return true;
  }

  #earnTime(): void {
    const now = this.#clock.monotonicMs();
    this.#earn(((now - this.#countedAtMs) / 1000) * this.#options.floorPerSecond);
    this.#countedAtMs = now;
  }

  #earn(calls: number): void {
    this.#balance = Math.min(this.#options.burst, this.#balance + calls);
  }
}
