import { type TimerWheel, WheelItem } from '../../wheel.js';
import type { Pacer, Starter } from './pacer.js';

/** How long a client rests that could not connect, so that a dead server is not hammered. */
const REST_MS = 100;

export interface ClosedOptions {
  readonly concurrency: number;
  /** The clients begin one after another over this time. */
  readonly rampMs: number;
  readonly durationMs: number;
  readonly requests: number;
}

/** So many clients, each of which asks again as soon as it has its answer. */
export class ClosedPacer implements Pacer {
  readonly dropped = 0;
  readonly #options: ClosedOptions;
  readonly #wheel: TimerWheel;
  readonly #starter: Starter;
  readonly #resting = new Set<Rest>();
  #endMs = 0;
  #left: number;

  constructor(options: ClosedOptions, wheel: TimerWheel, starter: Starter) {
    this.#options = options;
    this.#wheel = wheel;
    this.#starter = starter;
    this.#left = options.requests;
  }

  get isOver(): boolean {
    return this.#resting.size === 0 && !this.#mayStart();
  }

  begin(): void {
    const { concurrency, rampMs, durationMs } = this.#options;
    const startMs = this.#wheel.nowMs();
    this.#endMs = startMs + durationMs;
    for (let client = 0; client < concurrency; client++) {
      const delayMs = (client / concurrency) * rampMs;
      if (delayMs === 0) this.#start();
      else this.#rest(startMs + delayMs);
    }
  }

  ended(isConnected: boolean): void {
    if (isConnected) this.#start();
    else if (this.#mayStart()) this.#rest(this.#wheel.nowMs() + REST_MS);
  }

  stop(): void {
    this.#left = 0;
    for (const rest of this.#resting) this.#wheel.cancel(rest);
    this.#resting.clear();
  }

  #mayStart(): boolean {
    return this.#left > 0 && this.#wheel.nowMs() < this.#endMs;
  }

  #start(): void {
    if (!this.#mayStart()) return;
    this.#left--;
    this.#starter.start(this.#wheel.nowMs());
  }

  #rest(untilMs: number): void {
    const rest = new Rest(() => {
      this.#resting.delete(rest);
      this.#start();
      this.#starter.settle();
    });
    this.#resting.add(rest);
    this.#wheel.schedule(rest, untilMs);
  }
}

class Rest extends WheelItem {
  readonly onDue: () => void;

  constructor(onDue: () => void) {
    super();
    this.onDue = onDue;
  }
}
