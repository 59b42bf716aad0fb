import { toNaraeError } from '../core/index.js';
import type { Run } from './run.js';

/**
 * Runs a stage, keeps its time for the response's header and tells how it went. `elsewhereMs` is the part of the
 * time that is told as another stage.
 */
export async function measured<Result>(
  { request, timings, clock, emit }: Run,
  stage: 'prepare' | 'retrieve',
  run: () => Result | Promise<Result>,
  elsewhereMs: (result: Result) => number = () => 0,
): Promise<Result> {
  const startedAtMs = clock.monotonicMs();
  const finish = (outcome: 'ok' | 'error' | 'aborted', apartMs = 0): void => {
    const durationMs = Math.max(0, clock.monotonicMs() - startedAtMs - apartMs);
    timings[stage] = durationMs;
    emit({ type: 'stage-finished', requestId: request.requestId, stage, outcome, durationMs });
  };
  try {
    const result = await run();
    finish('ok', elsewhereMs(result));
    return result;
  } catch (error) {
    finish(toNaraeError(error).code === 'aborted' ? 'aborted' : 'error');
    throw error;
  }
}
