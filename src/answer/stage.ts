import { toNaraeError } from '../core/index.js';
import type { Run } from './run.js';

type Stage = 'prepare' | 'retrieve';
type Outcome = 'ok' | 'error' | 'aborted';

/** Runs a stage that waits for nothing, keeps its time for the response's header and tells how it went. */
export function measuredAtOnce<Result>(run: Run, stage: Stage, work: () => Result): Result {
  const startedAtMs = run.clock.monotonicMs();
  try {
    const result = work();
    finish(run, stage, 'ok', run.clock.monotonicMs() - startedAtMs);
    return result;
  } catch (error) {
    finish(run, stage, outcomeOf(error), run.clock.monotonicMs() - startedAtMs);
    throw error;
  }
}

/** The same of a stage that waits. `elsewhereMs` is the part of its time that is told as another stage. */
export async function measured<Result>(
  run: Run,
  stage: Stage,
  work: () => Promise<Result>,
  elsewhereMs: (result: Result) => number,
): Promise<Result> {
  const startedAtMs = run.clock.monotonicMs();
  try {
    const result = await work();
    finish(run, stage, 'ok', run.clock.monotonicMs() - startedAtMs - elsewhereMs(result));
    return result;
  } catch (error) {
    finish(run, stage, outcomeOf(error), run.clock.monotonicMs() - startedAtMs);
    throw error;
  }
}

function finish({ request, timings, emit }: Run, stage: Stage, outcome: Outcome, tookMs: number): void {
  const durationMs = Math.max(0, tookMs);
  timings[stage] = durationMs;
  emit({ type: 'stage-finished', requestId: request.requestId, stage, outcome, durationMs });
}

function outcomeOf(error: unknown): Outcome {
  return toNaraeError(error).code === 'aborted' ? 'aborted' : 'error';
}
