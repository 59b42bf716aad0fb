import type { EventSink } from '../observe/index.js';
import type { NodeEvent } from './spec.js';

/** For `CompileOptions.onNode`: tells whoever watches the program of every node's end. */
export function reportNodes(emit: EventSink): (event: NodeEvent) => void {
  return (event) => {
    if (event.type !== 'node-finished') return;
    const { graph, node, outcome, durationMs } = event;
    emit({ type: 'flow-node-finished', graph, node, outcome, durationMs });
  };
}
