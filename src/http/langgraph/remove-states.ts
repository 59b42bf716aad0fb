import { NaraeError } from '../../core/index.js';
import type { ThreadInfo } from '../../threads/spec.js';
import type { ServedGraph } from './graph.js';
import { assistantId } from './graphs.js';

/** Deletes what a thread's graph keeps of it. A graph that is gone or does not load must not keep its threads. */
export async function removeStates(
  graphs: readonly ServedGraph[],
  { id: thread, metadata }: Pick<ThreadInfo, 'id' | 'metadata'>,
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
