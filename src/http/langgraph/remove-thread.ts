import type { Conversations } from '../../answer/index.js';
import { NaraeError } from '../../core/index.js';
import type { ThreadInfo } from '../../threads/spec.js';
import type { ServedGraph } from './graph.js';
import { assistantId } from './graphs.js';

/** Ends what is under way on a thread and deletes it, with what its graph keeps. Rejects with `thread_not_found`. */
export async function removeThread(
  { threads, runs }: Pick<Conversations, 'threads' | 'runs'>,
  graphs: readonly ServedGraph[],
  tenant: string,
  thread: string,
): Promise<void> {
  const { info } = await threads.load(tenant, thread, { lastTurns: 0 });
  for (const status of ['pending', 'running'] as const)
    for (const run of await runs.list(tenant, thread, { status, limit: 1_000 }))
      await runs.cancel(tenant, thread, run.id, { wait: true });
  await removeStates(graphs, info, tenant);
  await threads.delete(tenant, thread);
}

/** A graph that is gone or does not load must not keep its threads. */
async function removeStates(
  graphs: readonly ServedGraph[],
  { id: thread, metadata }: ThreadInfo,
  tenant: string,
): Promise<void> {
  const { graph_id: name } = metadata;
  const owner = graphs.find((graph) => graph.id === name || assistantId(graph) === name);
  try {
    await owner?.remove({ tenant, thread });
  } catch (thrown) {
    if (!(thrown instanceof NaraeError) || thrown.code !== 'graph_unavailable') throw thrown;
  }
}
