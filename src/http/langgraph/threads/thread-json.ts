import type { RunInfo, ThreadInfo } from '../../../threads/spec.js';
import type { GraphPlace, GraphSnapshot } from '../graph.js';
import type { LangGraphParts } from '../parts.js';
import { isLive } from '../runs/run-json.js';
import { interruptsOf } from './state-json.js';

export type ThreadStatus = 'idle' | 'busy' | 'interrupted' | 'error';

/** Runs that are looked at to say how a thread is: those that wait stand before the one under way. */
const RUNS = 40;

/** A thread as LangGraph's clients know it. */
export async function threadJson(parts: LangGraphParts, tenant: string, info: ThreadInfo) {
  const place = { tenant, thread: info.id };
  const [runs, state] = await Promise.all([
    parts.runs.list(tenant, info.id, { limit: RUNS }),
    stateOf(parts, place, info),
  ]);
  const status = statusOf(runs, state);
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
    ...(status === 'error' && { error: runs[0]?.error?.message ?? null }),
  };
}

/** Undefined where the graph of the thread is served no more: the thread can still be listed and deleted. */
async function stateOf(
  { graphs }: LangGraphParts,
  place: GraphPlace,
  info: ThreadInfo,
): Promise<GraphSnapshot | undefined> {
  const name = info.metadata.graph_id;
  if (typeof name === 'string' && !graphs.has(name)) return undefined;
  return graphs.ofThread(info).state(place);
}

function statusOf(runs: readonly RunInfo[], state: GraphSnapshot | undefined): ThreadStatus {
  if (runs.some(isLive)) return 'busy';
  const last = runs[0]?.status;
  if (last === 'error' || last === 'timeout') return 'error';
  return state === undefined || state.next.length === 0 ? 'idle' : 'interrupted';
}
