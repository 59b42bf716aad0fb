import { abortReason, type CancelSignal, NaraeError } from '../core/index.js';
import type { ConcurrencyLimit, LimitSample } from './concurrency-limit.js';
import { MovingAverage } from './moving-average.js';
import { systemTimers, type Timers } from './timers.js';

export interface QueueOptions {
  /** Callers that may wait at once; the next one is refused. 0: nobody waits. */
  readonly maxWaiting: number;
  /** Longest wait, in milliseconds; then the caller is refused. */
  readonly maxWaitMs: number;
}

/** A place among the calls under way. `release` may be called any number of times. */
export interface LimiterPermit {
  release(): void;
}

/** `overloaded`, thrown by a limiter of our own and not by whatever is behind it. */
export class LimitExceeded extends NaraeError {}

interface Waiter {
  readonly dueAtMs: number;
  grant(): void;
  refuse(error: NaraeError): void;
}

const LONGEST_RETRY_AFTER_SECONDS = 60;

/**
 * Bounds what is under way; whoever comes too much waits in a bounded queue, first come first served, until a
 * deadline, and is then refused with `overloaded` and a `Retry-After` from how long calls have been taking.
 * All waits are equally long, so the head of the queue is due first and one timer serves them all.
 */
export class Limiter {
  readonly #what: string;
  readonly #limit: ConcurrencyLimit;
  readonly #queue: QueueOptions;
  readonly #timers: Timers;
  readonly #heldMs: MovingAverage;
  /** In the order of arrival: a Set keeps it, and lets anybody leave from the middle. */
  readonly #waiting = new Set<Waiter>();
  readonly #takeBack = (sinceMs: number): void => {
    this.#inFlight--;
    this.#heldMs.add(this.#timers.monotonicMs() - sinceMs);
    this.#letIn();
  };
  #inFlight = 0;
  #closed = false;
  #cancelTimer: (() => void) | undefined;

  /** `what` is full, in the words of the error: "requests to the model server". */
  constructor(what: string, limit: ConcurrencyLimit, queue: QueueOptions, timers: Timers = systemTimers) {
    this.#what = what;
    this.#limit = limit;
    this.#queue = queue;
    this.#timers = timers;
    this.#heldMs = new MovingAverage(30_000, timers);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get limit(): number {
    return this.#limit.value;
  }

  /** Whether a caller would be let in without waiting. */
  get hasRoom(): boolean {
    return !this.#closed && this.#waiting.size === 0 && this.#inFlight < this.#limit.value;
  }

  /** A permit at once, or undefined. */
  tryAcquire(): LimiterPermit | undefined {
    return this.hasRoom ? this.#permit() : undefined;
  }

  /** Rejects with `overloaded`, `closing`, or the signal's reason; whoever aborts leaves the queue at once. */
  acquire(signal?: CancelSignal): Promise<LimiterPermit> {
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    if (this.#closed) return Promise.reject(new NaraeError('closing'));
    if (this.hasRoom) return Promise.resolve(this.#permit());
    if (this.#waiting.size >= this.#queue.maxWaiting) return Promise.reject(this.#overloaded());
    return this.#wait(signal);
  }

  /** Teaches an adaptive limit; a fixed one does not mind. */
  observe({ latencyMs, dropped }: Omit<LimitSample, 'inFlight'>): void {
    this.#limit.observe({ latencyMs, dropped, inFlight: this.#inFlight });
    this.#letIn();
  }

  /** Refuses whoever waits, and whoever comes, with `closing`. Permits stay valid. Idempotent. */
  close(): void {
    this.#closed = true;
    for (const waiter of [...this.#waiting]) waiter.refuse(new NaraeError('closing'));
  }

  #wait(signal: CancelSignal | undefined): Promise<LimiterPermit> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        signal?.removeEventListener('abort', onAbort);
        this.#waiting.delete(waiter);
        if (this.#waiting.size === 0) this.#stopTimer();
      };
      const onAbort = (): void => waiter.refuse(abortReason(signal as CancelSignal));
      const waiter: Waiter = {
        dueAtMs: this.#timers.monotonicMs() + this.#queue.maxWaitMs,
        grant: () => {
          leave();
          resolve(this.#permit());
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      this.#waiting.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (this.#cancelTimer === undefined) this.#wakeAfter(this.#queue.maxWaitMs);
    });
  }

  #permit(): LimiterPermit {
    this.#inFlight++;
    return new Permit(this.#takeBack, this.#timers.monotonicMs());
  }

  #letIn(): void {
    for (const waiter of this.#waiting) {
      if (this.#inFlight >= this.#limit.value) return;
      waiter.grant();
    }
  }

  #wakeAfter(delayMs: number): void {
    this.#cancelTimer = this.#timers.after(delayMs, () => this.#refuseDue());
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #refuseDue(): void {
    const now = this.#timers.monotonicMs();
    for (const waiter of this.#waiting) {
      if (waiter.dueAtMs > now) {
        this.#wakeAfter(waiter.dueAtMs - now);
        return;
      }
      this.#waiting.delete(waiter);
      waiter.refuse(this.#overloaded());
    }
  }

  #overloaded(): LimitExceeded {
    const retryAfterSeconds = this.#retryAfterSeconds();
    return new LimitExceeded('overloaded', {
      values: { what: this.#what, retryAfterSeconds },
      retryAfterSeconds,
    });
  }

  /** When the queue as it stands will have passed, judged by how long calls took; from 1 to 60 s. */
  #retryAfterSeconds(): number {
    const rounds = (this.#waiting.size + 1) / this.#limit.value;
    const seconds = Math.ceil((rounds * (this.#heldMs.value ?? 0)) / 1000);
    return Math.max(1, Math.min(LONGEST_RETRY_AFTER_SECONDS, seconds));
  }
}

class Permit implements LimiterPermit {
  readonly #takeBack: (sinceMs: number) => void;
  readonly #sinceMs: number;
  #isHeld = true;

  constructor(takeBack: (sinceMs: number) => void, sinceMs: number) {
    this.#takeBack = takeBack;
    this.#sinceMs = sinceMs;
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#takeBack(this.#sinceMs);
  }
}
