import type { ServedGraph } from '../graph.js';
import { assistantId } from '../graphs.js';

/** When this server began to serve them: graphs come from the configuration. */
const SINCE = new Date().toISOString();

/** A graph as LangGraph's clients know it: as the one assistant that stands for it. */
export function assistantJson(graph: ServedGraph) {
  return {
    assistant_id: assistantId(graph),
    graph_id: graph.id,
    name: graph.id,
    ...(graph.description !== undefined && { description: graph.description }),
    config: {},
    context: {},
    metadata: { created_by: 'system' },
    version: 1,
    created_at: SINCE,
    updated_at: SINCE,
  };
}
