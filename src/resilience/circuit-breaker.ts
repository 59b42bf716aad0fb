import { type Clock, systemClock } from '../core/index.js';
import { RollingCounts } from './rolling-counts.js';

export interface BreakerOptions {
  /** Failures within the window from which on it opens. Default 5. */
  readonly failures: number;
  /** Least share of failures among the calls of the window, 0–1: a busy service survives rare faults. Default 0.1. */
  readonly failureRatio: number;
  /** Length of the rolling window, in milliseconds. Default 60,000. */
  readonly windowMs: number;
  /** How long it stays open before one probe is let through, in milliseconds. Default 60,000. */
  readonly openMs: number;
}

export const defaultBreakerOptions: BreakerOptions = Object.freeze({
  failures: 5,
  failureRatio: 0.1,
  windowMs: 60_000,
  openMs: 60_000,
});

/**
 *            enough failures              openMs passed, next call
 *   closed ───────────────────▶ open ◀──────────────────────────▶ half-open
 *     ▲                                  the probe failed             │
 *     └───────────────────────────────────────────────────────────────┘
 *                          the probe succeeded
 */
export type BreakerState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly untilMs: number }
  | { readonly kind: 'half-open'; readonly probing: boolean };

const CLOSED: BreakerState = Object.freeze({ kind: 'closed' });

/** The right to make one call. Its holder must say how the call ended. */
export interface BreakerPass {
  succeeded(): void;
  /** May follow `succeeded`, for a call that failed after all. */
  failed(): void;
  /** The call ended for reasons that say nothing about the service. */
  abandoned(): void;
}

/** Keeps calls away from a service that keeps failing. Reads time, needs no timer. */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  readonly #clock: Clock;
  readonly #counts: RollingCounts;
  readonly #onChange: (from: BreakerState['kind'], to: BreakerState['kind']) => void;
  readonly #verdicts: Verdicts = {
    decide: (state, period) => this.#decide(state, period),
    count: (outcome, period) => this.#count(outcome, period),
    open: () => this.#open(),
  };
  #state: BreakerState = CLOSED;
  /** Rises whenever it opens: what a call of an earlier period reports is no longer news. */
  #period = 0;

  constructor(
    options: BreakerOptions,
    settings: {
      readonly clock?: Clock;
      /** Called after each change of the state's kind. Must not throw. */
      readonly onChange?: (from: BreakerState['kind'], to: BreakerState['kind']) => void;
    } = {},
  ) {
    this.#options = options;
    this.#clock = settings.clock ?? systemClock;
    this.#onChange = settings.onChange ?? (() => {});
    this.#counts = new RollingCounts(options.windowMs, this.#clock);
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a call would be let through now. */
  get available(): boolean {
    const state = this.#state;
    if (state.kind === 'open') return this.#clock.monotonicMs() >= state.untilMs;
    return state.kind === 'closed' || !state.probing;
  }

  /** Milliseconds until a call may be let through; 0 when it may now, or as soon as the probe ends. */
  get waitMs(): number {
    return this.#state.kind === 'open' ? Math.max(0, this.#state.untilMs - this.#clock.monotonicMs()) : 0;
  }

  /** A pass, or undefined while calls are kept away. */
  enter(): BreakerPass | undefined {
    if (!this.available) return undefined;
    if (this.#state.kind === 'closed') return this.#pass(false);
    this.#become({ kind: 'half-open', probing: true });
    return this.#pass(true);
  }

  #pass(isProbe: boolean): BreakerPass {
    return new Pass(this.#verdicts, this.#period, isProbe);
  }

  #decide(state: BreakerState, period: number): boolean {
    if (period !== this.#period) return false;
    this.#become(state);
    return true;
  }

  #count(outcome: 'success' | 'failure', period: number): void {
    if (this.#state.kind !== 'closed' || period !== this.#period) return;
    this.#counts.add(outcome);
    if (outcome === 'failure' && this.#isTooMuch()) this.#open();
  }

  #isTooMuch(): boolean {
    const { failures, successes } = this.#counts;
    const { failures: least, failureRatio } = this.#options;
    return failures >= least && failures >= failureRatio * (failures + successes);
  }

  #open(): void {
    this.#period++;
    this.#become({ kind: 'open', untilMs: this.#clock.monotonicMs() + this.#options.openMs });
  }

  #become(state: BreakerState): void {
    const from = this.#state.kind;
    this.#state = state;
    if (from === state.kind) return;
    this.#counts.clear();
    this.#onChange(from, state.kind);
  }
}

/** What passes tell their breaker: one for all of them, since a pass is made for every call. */
interface Verdicts {
  /** False where the breaker has opened since. */
  decide(state: BreakerState, period: number): boolean;
  count(outcome: 'success' | 'failure', period: number): void;
  open(): void;
}

class Pass implements BreakerPass {
  readonly #verdicts: Verdicts;
  readonly #period: number;
  readonly #isProbe: boolean;
  #decided: boolean;

  constructor(verdicts: Verdicts, period: number, isProbe: boolean) {
    this.#verdicts = verdicts;
    this.#period = period;
    this.#isProbe = isProbe;
    this.#decided = !isProbe;
  }

  succeeded(): void {
    if (!this.#decide(CLOSED)) this.#verdicts.count('success', this.#period);
  }

  failed(): void {
    if (this.#isProbe && !this.#decided) this.#verdicts.open();
    else this.#verdicts.count('failure', this.#period);
    this.#decided = true;
  }

  abandoned(): void {
    this.#decide({ kind: 'half-open', probing: false });
  }

  #decide(state: BreakerState): boolean {
    if (this.#decided || !this.#verdicts.decide(state, this.#period)) return false;
    this.#decided = true;
    return true;
  }
}
