import { type Clock, systemClock } from '../../core/index.js';

export interface Pace {
  /** Items a second since the first. */
  readonly perSecond: number;
  /** Milliseconds until all are done at that rate; undefined while nothing is done. */
  readonly remainingMs: number | undefined;
}

/** Rate and remaining time of work whose total may grow while it runs. */
export class PaceMeter {
  readonly #clock: Clock;
  readonly #startedMs: number;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
  }

  at(done: number, total: number): Pace {
    const elapsedMs = Math.max(1, this.#clock.monotonicMs() - this.#startedMs);
    const perMs = done / elapsedMs;
    return {
      perSecond: perMs * 1000,
      remainingMs: done === 0 ? undefined : Math.max(0, total - done) / perMs,
    };
  }
}
