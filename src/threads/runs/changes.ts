import { deriveSignal, throwIfAborted } from '../../core/index.js';
import type { RunPlace } from './run-store.js';

/** Wakes those who wait for something to change on a thread; news may be lost, so they look now and then too. */
export class ThreadChanges {
  readonly #lookAgainMs: number;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(lookAgainMs: number) {
    this.#lookAgainMs = lookAgainMs;
  }

  changed(place: RunPlace): void {
    for (const wake of [...(this.#waiting.get(keyOf(place)) ?? [])]) wake();
  }

  /** Resolves at the next change, after `atMostMs`, or when the signal aborts; never rejects. */
  next(place: RunPlace, atMostMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        this.#leave(keyOf(place), done);
        resolve();
      };
      const timer = setTimeout(done, atMostMs).unref();
      signal?.addEventListener('abort', done, { once: true });
      this.#join(keyOf(place), done);
      if (signal?.aborted) done();
    });
  }

  /** Asks again after each change until there is an answer; rejects with the signal's reason. What changes meanwhile counts. */
  async until<Found>(
    place: RunPlace,
    signal: AbortSignal | undefined,
    ask: () => Promise<Found | undefined>,
  ): Promise<Found> {
    for (;;) {
      throwIfAborted(signal);
      using waiting = deriveSignal(signal);
      const change = this.next(place, this.#lookAgainMs, waiting.signal);
      const found = await ask();
      if (found !== undefined) {
        waiting.abort();
        return found;
      }
      await change;
    }
  }

  #join(key: string, wake: () => void): void {
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(wake));
  }

  #leave(key: string, wake: () => void): void {
    const waiting = this.#waiting.get(key);
    waiting?.delete(wake);
    if (waiting?.size === 0) this.#waiting.delete(key);
  }
}

function keyOf({ tenant, thread }: RunPlace): string {
  return `${tenant}\n${thread}`;
}
