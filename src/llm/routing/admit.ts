import { type CancelSignal, NaraeError } from '../../core/index.js';
import type { Limiter, LimiterPermit, Timers } from '../../resilience/index.js';

export type AdmitOutcome = 'admitted' | 'refused' | 'aborted';

/** A place within the limit. `onWaited` hears only of those who could not be let in at once. */
export async function admit(
  limiter: Limiter,
  signal: CancelSignal,
  timers: Timers,
  onWaited: (waitedMs: number, outcome: AdmitOutcome) => void,
): Promise<LimiterPermit> {
  const permit = signal.aborted ? undefined : limiter.tryAcquire();
  if (permit !== undefined) return permit;
  const startedAtMs = timers.monotonicMs();
  const tell = (outcome: AdmitOutcome): void => onWaited(timers.monotonicMs() - startedAtMs, outcome);
  try {
    const late = await limiter.acquire(signal);
    tell('admitted');
    return late;
  } catch (error) {
    tell(error instanceof NaraeError && error.code === 'overloaded' ? 'refused' : 'aborted');
    throw error;
  }
}
