import { type Clock, systemClock } from '../core/index.js';

/**
 * An exponentially weighted average of a stream of values, weighted by time: what was measured `halfLifeMs` ago
 * counts half. A reading shrinks while nothing new is measured, so that something that was slow once is tried again.
 */
export class MovingAverage {
  readonly #halfLifeMs: number;
  readonly #clock: Clock;
  #average: number | undefined;
  #measuredAtMs = 0;

  constructor(halfLifeMs: number, clock: Clock = systemClock) {
    this.#halfLifeMs = halfLifeMs;
    this.#clock = clock;
  }

  /** The average at the last measurement; undefined before the first. */
  get value(): number | undefined {
    return this.#average;
  }

  /** The average, halved for each half-life since the last measurement. */
  get faded(): number | undefined {
    return this.#average === undefined ? undefined : this.#average * this.#weightOfPast();
  }

  /** A value above the average counts at least half at once: getting slower is noticed sooner than getting faster. */
  add(value: number): void {
    const past = this.#weightOfPast();
    const weight = this.#average === undefined ? 0 : value > this.#average ? Math.min(0.5, past) : past;
    // Measurements within one moment would otherwise count nothing.
    const kept = Math.min(weight, 0.9);
    this.#average = (this.#average ?? value) * kept + value * (1 - kept);
    this.#measuredAtMs = this.#clock.monotonicMs();
  }

  #weightOfPast(): number {
    return 2 ** (-(this.#clock.monotonicMs() - this.#measuredAtMs) / this.#halfLifeMs);
  }
}
