import type { CancelSignal } from './abort.js';

/**
 * A controller and its signal in one, for what happens thousands of times a second: Node's pair costs more than all
 * else in such a call.
 */
export class Cancellation implements CancelSignal {
  aborted = false;
  reason: unknown;
  #listeners: (() => void)[] | undefined;
  #controller: AbortController | undefined;

  /** For what insists on Node's own. Made when it is first asked for, and lives as long as this. */
  get abortSignal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      if (this.aborted) controller.abort(this.reason);
      else this.addEventListener('abort', () => controller.abort(this.reason));
    }
    return this.#controller.signal;
  }

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

/** For what insists on Node's own signal. */
export function abortSignalOf(signal: CancelSignal): AbortSignal {
  return signal instanceof Cancellation ? signal.abortSignal : (signal as AbortSignal);
}

/** A cancellation that follows a parent until it is let go of. */
export class DerivedCancellation extends Cancellation {
  readonly #parent: CancelSignal;
  readonly #follow = (): void => this.abort(this.#parent.reason);

  constructor(parent: CancelSignal) {
    super();
    this.#parent = parent;
    if (parent.aborted) this.#follow();
    else parent.addEventListener('abort', this.#follow, { once: true });
  }

  /** Takes the listener off the parent. Idempotent. */
  dispose(): void {
    this.#parent.removeEventListener('abort', this.#follow);
  }
}
