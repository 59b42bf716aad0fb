import { NaraeError } from './errors/index.js';

/** What is heard of a cancellation: an AbortSignal or a `Cancellation`. Listeners are called once at most. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** An AbortSignal that follows a parent and a deadline. `dispose` removes every listener and timer it made. */
export interface DerivedSignal extends Disposable {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  dispose(): void;
}

export interface DeriveOptions {
  /** Milliseconds until the signal aborts by itself. Without it: no deadline. */
  readonly deadlineMs?: number;
  /** The reason given when the deadline passes. */
  readonly onDeadline?: () => Error;
}

/** Derives a signal from `parent`. The caller must dispose it, or the parent keeps a listener. */
export function deriveSignal(parent: CancelSignal | undefined, options: DeriveOptions = {}): DerivedSignal {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  else parent?.addEventListener('abort', follow, { once: true });
  const timer = options.deadlineMs === undefined ? undefined : startDeadline(controller, options);
  const dispose = (): void => {
    parent?.removeEventListener('abort', follow);
    clearTimeout(timer);
  };
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    dispose,
    [Symbol.dispose]: dispose,
  };
}

function startDeadline(controller: AbortController, options: DeriveOptions): NodeJS.Timeout {
  const reason = options.onDeadline ?? defaultDeadlineError(options.deadlineMs ?? 0);
  return setTimeout(() => controller.abort(reason()), options.deadlineMs).unref();
}

function defaultDeadlineError(deadlineMs: number): () => Error {
  return () =>
    new NaraeError('deadline_exceeded', { values: { what: 'The work', seconds: deadlineMs / 1000 } });
}

/** Throws what the signal was aborted with; a NaraeError stays itself, anything else becomes `aborted`. */
export function throwIfAborted(signal: CancelSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal);
}

export function abortReason(signal: CancelSignal): NaraeError {
  const reason: unknown = signal.reason;
  return reason instanceof NaraeError ? reason : new NaraeError('aborted', { cause: reason });
}

/**
 * Settles as `work` does, or rejects with the signal's reason at the moment it aborts: for work that does not look
 * at the signal, or not soon enough. A value that comes after that is handed to `discard`.
 */
export function untilAborted<Value>(
  work: Promise<Value>,
  signal: CancelSignal,
  discard: (late: Value) => void = () => {},
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      work.then(discard, () => {});
      reject(abortReason(signal));
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = (finish: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      if (!signal.aborted) finish();
    };
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
