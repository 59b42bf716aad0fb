import { NaraeError } from '../../core/index.js';
import type { ThreadInfo } from '../../threads/spec.js';
import type { ServedGraph } from './graph.js';
import { nameUuid } from './uuid.js';

/** The id of the assistant that stands for a graph: the same on every server, as LangGraph's are. */
export function assistantId({ id }: Pick<ServedGraph, 'id'>): string {
  return nameUuid(id);
}

/** The graphs that are served; the first one answers where nothing else is said. */
export class Graphs {
  readonly all: readonly ServedGraph[];
  readonly #byName = new Map<string, ServedGraph>();

  constructor(all: readonly [ServedGraph, ...ServedGraph[]]) {
    this.all = all;
    for (const graph of all) {
      this.#byName.set(graph.id, graph);
      this.#byName.set(assistantId(graph), graph);
    }
  }

  /** By the id of an assistant or of a graph. Throws `assistant_not_found`. */
  find(name: string): ServedGraph {
    const graph = this.#byName.get(name);
    if (graph !== undefined) return graph;
    throw new NaraeError('assistant_not_found', {
      values: { assistant: name.slice(0, 128) },
      field: 'assistant_id',
    });
  }

  /** The graph whose states a thread has. Throws `assistant_not_found` for one that is served no more. */
  ofThread({ metadata }: Pick<ThreadInfo, 'metadata'>): ServedGraph {
    const { graph_id: name } = metadata;
    return typeof name === 'string' ? this.find(name) : (this.all[0] as ServedGraph);
  }
}
