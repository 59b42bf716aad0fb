import { setTimeout as sleep } from 'node:timers/promises';
import { abortReason, NaraeError } from '../core/index.js';

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The promise's outcome, or a rejection with the abort's reason if that comes first. */
export async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const stop = new AbortController();
  const aborted = untilAborted(AbortSignal.any([signal, stop.signal])).then(() => {
    throw abortReason(signal);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    aborted.catch(() => {});
    stop.abort();
  }
}

/** Waits for `work`, at most so long; then rejects with `deadline_exceeded` and leaves it behind. */
export async function within<Value>(work: Promise<Value>, seconds: number, what: string): Promise<Value> {
  const stop = new AbortController();
  const deadline = sleep(seconds * 1000, undefined, { signal: stop.signal, ref: true }).then(() => {
    throw new NaraeError('deadline_exceeded', { values: { what, seconds } });
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    deadline.catch(() => {});
    stop.abort();
  }
}
