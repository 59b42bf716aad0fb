import type { RunPart } from '../../../answer/index.js';
import type { RunEvent } from '../../../threads/spec.js';
import type { GraphEvent, GraphStreamMode } from '../graph.js';
import { graphEvent, modeOf } from '../graph-event.js';

/** Encodes a run's events for one reader, who may want some modes only. */
export class RunEncoder {
  readonly #modes: ReadonlySet<GraphStreamMode> | undefined;
  readonly #run: string;

  constructor(run: string, modes: readonly GraphStreamMode[] | undefined) {
    this.#run = run;
    this.#modes = modes && new Set(modes);
  }

  encode(batch: readonly RunEvent<RunPart>[]): string {
    let text = '';
    for (const { id, part } of batch) {
      const event = part.type === 'graph-event' ? part : this.#ofAnswer(part);
      if (event !== undefined && this.#wants(event)) text += printEvent(event.event, event.data, id);
    }
    return text;
  }

  #wants(event: GraphEvent): boolean {
    const mode = modeOf(event);
    return mode === undefined || this.#modes === undefined || this.#modes.has(mode);
  }

  /** A run that another dialect asked for: its text, its sources, and what goes with them. */
  #ofAnswer(part: Exclude<RunPart, GraphEvent>): GraphEvent | undefined {
    switch (part.type) {
      case 'start':
        return graphEvent('metadata', { run_id: this.#run, attempt: 1 });
      case 'text-delta':
        return graphEvent('messages', [
          { type: 'AIMessageChunk', id: this.#run, content: part.text },
          { run_id: this.#run },
        ]);
      case 'sources':
      case 'citations':
      case 'usage':
        return graphEvent('custom', part);
      default:
        return undefined;
    }
  }
}

export function printEvent(event: string, data: string, id?: number): string {
  return `event: ${event}\ndata: ${data}\n${id === undefined ? '' : `id: ${id}\n`}\n`;
}
