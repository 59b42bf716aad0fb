import { type TimerWheel, WheelItem } from '../../wheel.js';
import type { Arrivals } from '../arrivals/arrivals.js';
import type { Pacer, Starter } from './pacer.js';

export interface OpenOptions {
  readonly arrivals: Arrivals;
  readonly maxInFlight: number;
  readonly durationMs: number;
  readonly requests: number;
  /** How long after the end late arrivals may still start. */
  readonly graceMs: number;
}

/** Least time between two looks; an end that makes room is told of at once. */
const FULL_RETRY_MS = 1;

/**
 * Starts requests at their times, whatever the server does. What finds no room waits without being stored: the next
 * arrival is simply late, and its times count from when it should have been.
 */
export class OpenPacer extends WheelItem implements Pacer {
  readonly #options: OpenOptions;
  readonly #wheel: TimerWheel;
  readonly #starter: Starter;
  #startMs = 0;
  #left: number;
  #dropped = 0;

  constructor(options: OpenOptions, wheel: TimerWheel, starter: Starter) {
    super();
    this.#options = options;
    this.#wheel = wheel;
    this.#starter = starter;
    this.#left = options.requests;
  }

  get isOver(): boolean {
    return this.#nextMs() === undefined;
  }

  get dropped(): number {
    return this.#dropped;
  }

  begin(): void {
    this.#startMs = this.#wheel.nowMs();
    this.onDue(this.#startMs);
  }

  ended(): void {
    this.onDue(this.#wheel.nowMs());
  }

  onDue(nowMs: number): void {
    const { durationMs, graceMs } = this.#options;
    if (nowMs > this.#startMs + durationMs + graceMs) this.#drop(nowMs);
    this.#startDue(nowMs);
    const nextMs = this.#nextMs();
    if (nextMs === undefined) this.#starter.settle();
    else this.#wheel.schedule(this, Math.max(nextMs, nowMs + FULL_RETRY_MS));
  }

  stop(): void {
    this.#drop(this.#wheel.nowMs());
    this.#wheel.cancel(this);
  }

  #startDue(nowMs: number): void {
    for (let next = this.#nextMs(); next !== undefined && next <= nowMs; next = this.#nextMs()) {
      if (this.#starter.inFlight >= this.#options.maxInFlight) return;
      this.#take();
      this.#starter.start(next);
    }
  }

  /** Gives up on what is late, and on all that would follow. */
  #drop(nowMs: number): void {
    for (let next = this.#nextMs(); next !== undefined && next <= nowMs; next = this.#nextMs()) {
      this.#take();
      this.#dropped++;
    }
    this.#left = 0;
  }

  /** The next arrival in the wheel's time; undefined when the run has no more. */
  #nextMs(): number | undefined {
    const { arrivals, durationMs } = this.#options;
    const next = this.#left === 0 ? undefined : arrivals.peek();
    return next === undefined || next >= durationMs ? undefined : this.#startMs + next;
  }

  #take(): void {
    this.#options.arrivals.take();
    this.#left--;
  }
}
