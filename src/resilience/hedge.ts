import { type CancelSignal, type DerivedSignal, deriveSignal } from '../core/index.js';
import { systemTimers, type Timers } from './timers.js';

/** One of the two calls: 0 is the first, 1 the hedge. */
export type HedgeLane = 0 | 1;

/** The first success. Its owner disposes it when the value is no longer used: until then its signal lives. */
export interface HedgeWin<Value> {
  readonly value: Value;
  readonly lane: HedgeLane;
  dispose(): void;
}

export interface HedgeSettings<Value> {
  /** How long the first call may take before the second starts, in milliseconds. */
  readonly delayMs: number;
  readonly signal: CancelSignal;
  /** Asked once, when the delay has passed: whether the second call may be made. */
  mayStart(): boolean;
  /** Takes back a result that came too late to be used. */
  discard(value: Value): void;
  /** Called once if a second call was made: which one won, or undefined when both failed. */
  onSettled?(winner: HedgeLane | undefined): void;
  readonly timers?: Timers;
}

/**
 * Makes a second call when the first is slow, takes the first success and aborts the other. A first call that fails
 * before the delay fails the whole; when both fail, the first call's failure is the one that is thrown.
 * `run` must reject when its signal aborts.
 */
export function hedge<Value>(
  run: (signal: AbortSignal, lane: HedgeLane) => Promise<Value>,
  settings: HedgeSettings<Value>,
): Promise<HedgeWin<Value>> {
  return new Promise((resolve, reject) => new Race(run, settings, resolve, reject).start());
}

class Race<Value> {
  readonly #run: (signal: AbortSignal, lane: HedgeLane) => Promise<Value>;
  readonly #settings: HedgeSettings<Value>;
  readonly #resolve: (win: HedgeWin<Value>) => void;
  readonly #reject: (error: unknown) => void;
  readonly #signals: DerivedSignal[] = [];
  readonly #failures = new Map<HedgeLane, unknown>();
  #cancelTimer: (() => void) | undefined;
  #winner: HedgeLane | undefined;

  constructor(
    run: (signal: AbortSignal, lane: HedgeLane) => Promise<Value>,
    settings: HedgeSettings<Value>,
    resolve: (win: HedgeWin<Value>) => void,
    reject: (error: unknown) => void,
  ) {
    this.#run = run;
    this.#settings = settings;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const { delayMs, timers = systemTimers } = this.#settings;
    this.#cancelTimer = timers.after(delayMs, () => {
      if (this.#settings.mayStart()) this.#launch(1);
    });
    this.#launch(0);
  }

  #launch(lane: HedgeLane): void {
    const derived = deriveSignal(this.#settings.signal);
    this.#signals[lane] = derived;
    this.#run(derived.signal, lane).then(
      (value) => this.#succeed(lane, value),
      (error: unknown) => this.#fail(lane, error),
    );
  }

  #succeed(lane: HedgeLane, value: Value): void {
    if (this.#winner !== undefined) {
      this.#settings.discard(value);
      return;
    }
    this.#winner = lane;
    this.#cancelTimer?.();
    this.#dropLoser(lane);
    this.#tell(lane);
    this.#resolve({ value, lane, dispose: () => this.#signals[lane]?.dispose() });
  }

  #dropLoser(winner: HedgeLane): void {
    const loser = this.#signals[1 - winner];
    loser?.abort();
    loser?.dispose();
  }

  #fail(lane: HedgeLane, error: unknown): void {
    this.#signals[lane]?.dispose();
    this.#failures.set(lane, error);
    if (this.#winner !== undefined || this.#failures.size < this.#signals.length) return;
    this.#cancelTimer?.();
    this.#tell(undefined);
    this.#reject(this.#failures.get(0));
  }

  #tell(winner: HedgeLane | undefined): void {
    if (this.#signals.length === 2) this.#settings.onSettled?.(winner);
  }
}
