import { abortReason, type Clock, NaraeError, systemClock } from '../../core/index.js';
import type { Lease, OwnLeases } from '../spec.js';

/** Waiters for one name; more are refused with `overloaded`. */
const MAX_WAITING = 10_000;

interface Waiter {
  readonly grant: (lease: Lease) => void;
  readonly refuse: (error: NaraeError) => void;
}

interface Held {
  readonly lease: LocalLease;
  readonly waiting: Set<Waiter>;
}

/**
 * Leases within this process, in the order in which they were asked for. A holder cannot die without the others, so
 * that nothing is renewed and nothing expires. Fences begin at the time in ms, so that they rise over restarts too,
 * as long as the clock does not go back and less than a thousand leases a second were granted before.
 */
export function createLocalLeases(clock: Clock = systemClock): OwnLeases {
  return new LocalLeases(clock);
}

class LocalLeases implements OwnLeases {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  #lastFence = 0;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async tryAcquire(name: string): Promise<Lease | undefined> {
    if (this.#closed) throw new NaraeError('closing');
    return this.#held.has(name) ? undefined : this.#grant(name, new Set());
  }

  async acquire(name: string, ttlMs: number, signal: AbortSignal): Promise<Lease> {
    if (signal.aborted) throw abortReason(signal);
    return (await this.tryAcquire(name)) ?? this.#wait(name, ttlMs, signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const { lease, waiting } of held) {
      lease.lose();
      for (const waiter of waiting) waiter.refuse(new NaraeError('closing'));
    }
  }

  #wait(name: string, ttlMs: number, signal: AbortSignal): Promise<Lease> {
    const held = this.#held.get(name);
    // Released since it was found to be held.
    if (!held) return this.acquire(name, ttlMs, signal);
    if (held.waiting.size >= MAX_WAITING) throw tooManyWait();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        held.waiting.delete(waiter);
        signal.removeEventListener('abort', onAbort);
      };
      const settle =
        <Value>(finish: (value: Value) => void) =>
        (value: Value): void => {
          leave();
          finish(value);
        };
      const waiter: Waiter = { grant: settle(resolve), refuse: settle(reject) };
      const onAbort = (): void => waiter.refuse(abortReason(signal));
      signal.addEventListener('abort', onAbort, { once: true });
      held.waiting.add(waiter);
    });
  }

  #grant(name: string, waiting: Set<Waiter>): LocalLease {
    this.#lastFence = Math.max(this.#lastFence + 1, this.#clock.now());
    const lease = new LocalLease(this.#lastFence, () => this.#pass(name, waiting));
    this.#held.set(name, { lease, waiting });
    return lease;
  }

  #pass(name: string, waiting: Set<Waiter>): void {
    if (this.#closed) return;
    const [next] = waiting;
    if (next) next.grant(this.#grant(name, waiting));
    else this.#held.delete(name);
  }
}

class LocalLease implements Lease {
  readonly fence: number;
  readonly #onRelease: () => void;
  readonly #lost = new AbortController();
  #isOver = false;

  constructor(fence: number, onRelease: () => void) {
    this.fence = fence;
    this.#onRelease = onRelease;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onRelease();
  }

  lose(): void {
    this.#isOver = true;
    this.#lost.abort(new NaraeError('closing'));
  }
}

function tooManyWait(): NaraeError {
  return new NaraeError('overloaded', {
    values: { what: 'a lease', retryAfterSeconds: 1 },
    retryAfterSeconds: 1,
  });
}
