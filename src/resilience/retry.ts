import { type CancelSignal, throwIfAborted } from '../core/index.js';
import { type BackoffOptions, backoffMs } from './backoff.js';
import type { CallBudget } from './call-budget.js';
import { sleep, systemTimers, type Timers } from './timers.js';

export interface RetryOptions {
  /** Attempts in all, the first one included. Default 3. */
  readonly maxAttempts: number;
  readonly backoff: BackoffOptions;
  /** A longer `Retry-After` is not waited for: the failure is passed on. Milliseconds. Default 10,000. */
  readonly retryAfterMaxMs: number;
}

/** What a failure means for the next attempt. */
export type RetryVerdict =
  | { readonly kind: 'give-up' }
  /** The next attempt goes elsewhere: no wait, and the budget, which protects what failed, is not touched. */
  | { readonly kind: 'elsewhere' }
  /** The next attempt goes to the same place, not before `floorMs` (its `Retry-After`; 0 without). */
  | { readonly kind: 'again'; readonly floorMs: number };

export interface RetrySettings {
  readonly options: RetryOptions;
  readonly budget: CallBudget;
  readonly signal: CancelSignal;
  judge(error: unknown): RetryVerdict;
  /** Called before the wait for attempt number `attempt` (from 2). */
  onRetry?(facts: { attempt: number; delayMs: number; error: unknown }): void;
  readonly timers?: Timers;
  readonly random?: () => number;
}

/** Runs until an attempt succeeds. Rejects with the last failure, or at once with the signal's reason. */
export async function retry<Value>(
  run: (attempt: number) => Promise<Value>,
  settings: RetrySettings,
): Promise<Value> {
  const { signal, timers = systemTimers } = settings;
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(attempt);
    } catch (error) {
      throwIfAborted(signal);
      const delayMs =
        attempt < settings.options.maxAttempts ? delayAfter(error, attempt, settings) : undefined;
      if (delayMs === undefined) throw error;
      settings.onRetry?.({ attempt: attempt + 1, delayMs, error });
      if (delayMs > 0) await sleep(delayMs, signal, timers);
    }
  }
}

/** Milliseconds to wait; undefined when there shall be no further attempt. */
function delayAfter(error: unknown, attempt: number, settings: RetrySettings): number | undefined {
  const { options, budget, random } = settings;
  const verdict = settings.judge(error);
  switch (verdict.kind) {
    case 'give-up':
      return undefined;
    case 'elsewhere':
      return 0;
    case 'again':
      if (verdict.floorMs > options.retryAfterMaxMs || !budget.tryWithdraw()) return undefined;
      return backoffMs(attempt, options.backoff, verdict.floorMs, random);
  }
}
