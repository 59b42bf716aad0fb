import { NaraeError } from '../../../core/index.js';
import type { RunInfo, ThreadInfo } from '../../../threads/spec.js';
import type { GraphPlace, GraphSnapshot } from '../graph.js';
import type { LangGraphParts } from '../parts.js';
import { isLive } from '../runs/run-json.js';
import { interruptsOf } from './state-json.js';

export type ThreadStatus = 'idle' | 'busy' | 'interrupted' | 'error';

/** Runs that are looked at to say how a thread is: those that wait stand before the one under way. */
const RUNS = 40;

/** A thread as LangGraph's clients know it. One whose state cannot be read can still be listed and deleted. */
export async function threadJson(parts: LangGraphParts, tenant: string, info: ThreadInfo) {
  const place = { tenant, thread: info.id };
  const [runs, { state, failure }] = await Promise.all([
    parts.runs.list(tenant, info.id, { limit: RUNS }),
    stateOf(parts, place, info),
  ]);
  const status = statusOf(runs, state);
  const error = failure?.message ?? runs[0]?.error?.message ?? null;
  return {
    thread_id: info.id,
    created_at: new Date(info.createdAtMs).toISOString(),
    updated_at: new Date(info.updatedAtMs).toISOString(),
    state_updated_at: state?.createdAt ?? new Date(info.updatedAtMs).toISOString(),
    metadata: info.metadata,
    config: {},
    status,
    values: state?.values ?? {},
    interrupts: state === undefined ? {} : interruptsOf(state),
    ...(status === 'error' && { error }),
  };
}

interface ReadState {
  readonly state?: GraphSnapshot;
  readonly failure?: NaraeError;
}

async function stateOf({ graphs }: LangGraphParts, place: GraphPlace, info: ThreadInfo): Promise<ReadState> {
  try {
    return { state: await graphs.ofThread(info).state(place) };
  } catch (thrown) {
    if (!(thrown instanceof NaraeError)) throw thrown;
    return { failure: thrown };
  }
}

function statusOf(runs: readonly RunInfo[], state: GraphSnapshot | undefined): ThreadStatus {
  if (runs.some(isLive)) return 'busy';
  const last = runs[0]?.status;
  if (state === undefined || last === 'error' || last === 'timeout') return 'error';
  return state.next.length === 0 ? 'idle' : 'interrupted';
}
