import type { CancelSignal } from './abort.js';

/**
 * A controller and its signal in one, for what happens thousands of times a second: Node's pair costs more than all
 * else in such a call. Where a library insists on an AbortSignal, `deriveSignal` makes one of it.
 */
export class Cancellation implements CancelSignal {
  aborted = false;
  reason: unknown;
  #listeners: (() => void)[] | undefined;

  /** Calls the listeners in the order in which they came, none of which may throw. Idempotent. */
  abort(reason?: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const listeners = this.#listeners;
    // One may take another away, which then is not called.
    for (let next = listeners?.shift(); next !== undefined; next = listeners?.shift()) next();
  }

  addEventListener(_: 'abort', listener: () => void, _once?: { readonly once: true }): void {
    if (this.aborted) return;
    this.#listeners ??= [];
    if (!this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    const index = this.#listeners?.indexOf(listener) ?? -1;
    if (index >= 0) this.#listeners?.splice(index, 1);
  }
}
