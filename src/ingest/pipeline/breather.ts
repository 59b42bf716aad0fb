import { setImmediate } from 'node:timers/promises';
import { type Clock, throwIfAborted } from '../../core/index.js';

const BREATH_MS = 20;

/** Lets messages in (an abort among them) between pieces of work, at most every 20 ms. */
export class Breather {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #lastMs: number;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#lastMs = clock.monotonicMs();
  }

  /** Rejects with the abort's reason. */
  async breathe(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#lastMs >= BREATH_MS) {
      await setImmediate();
      this.#lastMs = this.#clock.monotonicMs();
    }
    throwIfAborted(this.#signal);
  }
}
