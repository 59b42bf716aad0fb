import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, NaraeError } from '../core/index.js';
import { BUSY_TIMEOUT_MS } from './errors.js';

/** Milliseconds between two attempts; the event loop is free meanwhile. */
const RETRY_DELAY_MS = 10;

/**
 * Runs a short transaction on a connection that does not wait for locks (`busyTimeoutMs: 0`), again and again until
 * the lock is free. Rejects with `storage_busy` in the end, at once with any other error.
 */
export async function retryBusy<Result>(clock: Clock, body: () => Result): Promise<Result> {
  const deadlineMs = clock.monotonicMs() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      return body();
    } catch (error) {
      const busy = error instanceof NaraeError && error.code === 'storage_busy';
      if (!busy || clock.monotonicMs() >= deadlineMs) throw error;
    }
    await sleep(RETRY_DELAY_MS);
  }
}
