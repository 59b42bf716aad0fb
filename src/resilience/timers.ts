import { abortReason, type CancelSignal, type Clock, systemClock } from '../core/index.js';

/** The longest that a timer of the system can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** A clock that can also wake somebody up; tests put a virtual one in its place. */
export interface Timers extends Clock {
  /** Calls `run` once after `delayMs`, never within this call. The returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemTimers: Timers = {
  ...systemClock,
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.min(delayMs, LONGEST_MS));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs`, or rejects with the signal's reason at the moment it aborts. */
export function sleep(delayMs: number, signal?: CancelSignal, timers: Timers = systemTimers): Promise<void> {
  if (signal?.aborted) return Promise.reject(abortReason(signal));
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(abortReason(signal as CancelSignal));
    };
    const cancel = timers.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
