import { backoffMs } from '../resilience/index.js';
import type { SupervisorLimits } from './options.js';
import type { Worker } from './worker.js';

/** A worker's place: who stands in it now, and how often those before died young. */
export class Slot<Overview> {
  readonly number: number;
  current: Worker<Overview> | undefined;
  /** True while a reload takes care of the place. */
  isReplacing = false;
  #failures = 0;
  #cancelRestart: () => void = () => {};

  constructor(number: number) {
    this.number = number;
  }

  /** Deaths in a row, none of them after a long life. */
  get failures(): number {
    return this.#failures;
  }

  /** A worker of this place died after so long. Gives the wait before the next one. */
  died(livedMs: number, limits: SupervisorLimits): number {
    this.#failures = livedMs >= limits.stableMs ? 1 : this.#failures + 1;
    return backoffMs(this.#failures, limits.restart);
  }

  willRestart(cancel: () => void): void {
    this.#cancelRestart = cancel;
  }

  cancelRestart(): void {
    this.#cancelRestart();
  }

  /** A reload put a new worker here. */
  taken(worker: Worker<Overview>): void {
    this.current = worker;
    this.#failures = 0;
  }
}
