import { CallBudget, QuantileWindow, type Timers } from '../../resilience/index.js';
import type { HedgeOptions } from './options.js';

const QUANTILE = 0.95;
/** First-token times below which a quantile is chance. */
const LEAST_SAMPLES = 20;
/** Second calls that can be saved up for a bad moment. */
const BURST = 20;

/** When a second call beside a slow one is due, and whether another one can be afforded. */
export class HedgeTiming {
  readonly #enabled: boolean;
  readonly #budget: CallBudget;
  readonly #firstTokenMs = new QuantileWindow();

  constructor({ enabled, ratio }: HedgeOptions, timers: Timers) {
    this.#enabled = enabled;
    this.#budget = new CallBudget({ ratio, floorPerSecond: 0, burst: BURST }, timers);
  }

  /** A generation began: it earns its share of a second call. */
  deposit(): void {
    this.#budget.deposit();
  }

  gaveFirstToken(afterMs: number): void {
    this.#firstTokenMs.add(afterMs);
  }

  /** How long the first call may take before a second starts; undefined when there shall be none. */
  delayMs(): number | undefined {
    if (!this.#enabled || this.#firstTokenMs.count < LEAST_SAMPLES || this.#budget.balance < 1)
      return undefined;
    return this.#firstTokenMs.quantile(QUANTILE);
  }

  tryWithdraw(): boolean {
    return this.#budget.tryWithdraw();
  }
}
