import { abortReason, type CancelSignal } from '../../core/index.js';

/** Nodes that were told to stop have this long to do so before the run is given up. */
const STOP_MS = 1_000;

export interface StoppingHooks {
  /** The caller's signal has aborted. */
  onAbort(reason: Error): void;
  /** What runs has had its time. */
  onOverdue(): void;
}

/** How a run is stopped: the first failure counts, its nodes hear of it, and have a moment to end. */
export class Stopping {
  readonly #parent: CancelSignal | undefined;
  readonly #hooks: StoppingHooks;
  #failure: { readonly error: unknown } | undefined;
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isListening = false;

  constructor(parent: CancelSignal | undefined, hooks: StoppingHooks) {
    this.#parent = parent;
    this.#hooks = hooks;
  }

  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** For nodes; made when the first one asks. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#failure !== undefined) this.#controller.abort(this.#failure.error);
      this.listen();
    }
    return this.#controller.signal;
  }

  throwIfAborted(): void {
    if (this.#parent?.aborted) throw abortReason(this.#parent);
  }

  /** From now on the caller's signal may abort in between. */
  listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#parent?.addEventListener('abort', this.#follow, { once: true });
  }

  stop(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#timer = setTimeout(() => this.#hooks.onOverdue(), STOP_MS);
    this.#controller?.abort(error);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    if (this.#isListening) this.#parent?.removeEventListener('abort', this.#follow);
  }

  readonly #follow = (): void => this.#hooks.onAbort(abortReason(this.#parent as CancelSignal));
}
