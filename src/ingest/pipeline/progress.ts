import type { IngestProgress } from '../spec.js';
import type { RunContext } from './run-context.js';

const INTERVAL_MS = 100;

/** Passes on at most ten progress reports a second, and always the first of a phase. */
export class ProgressReporter {
  readonly #context: RunContext;
  #lastMs = Number.NEGATIVE_INFINITY;
  #phase: IngestProgress['phase'] | undefined;

  constructor(context: RunContext) {
    this.#context = context;
  }

  report(progress: IngestProgress): void {
    const nowMs = this.#context.clock.monotonicMs();
    if (progress.phase === this.#phase && nowMs - this.#lastMs < INTERVAL_MS) return;
    this.now(progress);
  }

  /** Past the throttle, for the last report of a phase. */
  now(progress: IngestProgress): void {
    this.#phase = progress.phase;
    this.#lastMs = this.#context.clock.monotonicMs();
    this.#context.emit({ type: 'progress', progress });
  }
}
