import type { RunInfo } from '../../../threads/spec.js';

/** A run as LangGraph's clients know it. */
export function runJson(run: RunInfo) {
  const { id, thread, status, strategy, metadata, createdAtMs, startedAtMs, endedAtMs } = run;
  return {
    run_id: id,
    thread_id: thread,
    assistant_id: metadata.assistant_id ?? null,
    created_at: new Date(createdAtMs).toISOString(),
    updated_at: new Date(endedAtMs ?? startedAtMs ?? createdAtMs).toISOString(),
    status,
    metadata,
    multitask_strategy: strategy,
  };
}

export function isLive({ status }: Pick<RunInfo, 'status'>): boolean {
  return status === 'pending' || status === 'running';
}
