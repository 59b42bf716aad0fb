import type { GraphEvent, GraphStreamMode } from '../../http/index.js';
import type { StreamChunk } from './compiled-graph.js';
import { toJson } from './plain.js';
import { WholeMessages } from './whole-messages.js';

/** LangGraph's own modes for those that were asked for. */
export function libraryModes(modes: readonly GraphStreamMode[]): string[] {
  return [
    ...new Set(
      modes.flatMap((mode) => {
        if (mode === 'messages-tuple') return ['messages'];
        return mode === 'messages' ? ['messages', 'values'] : [mode];
      }),
    ),
  ];
}

/** Turns what a graph streams into events, in the modes that were asked for. */
export class GraphEvents {
  readonly #modes: ReadonlySet<GraphStreamMode>;
  readonly #whole = new WholeMessages();

  constructor(modes: readonly GraphStreamMode[]) {
    this.#modes = new Set(modes);
  }

  encode(chunk: StreamChunk): GraphEvent[] {
    const [place, mode, data] = chunk.length === 3 ? chunk : ([[], ...chunk] as const);
    const name = (event: string): string => [event, ...place].join('|');
    switch (mode) {
      case 'messages':
        return [
          ...(this.#modes.has('messages-tuple') ? [made(name('messages'), data)] : []),
          ...(this.#modes.has('messages')
            ? this.#whole.add(data).map((one) => made(one.event, one.data))
            : []),
        ];
      case 'values':
        return [
          ...(this.#modes.has('values') ? [made(name('values'), data)] : []),
          ...(this.#modes.has('messages')
            ? this.#whole.end(data).map((one) => made(one.event, one.data))
            : []),
        ];
      default:
        return [made(name(mode), data)];
    }
  }
}

function made(event: string, data: unknown): GraphEvent {
  return { type: 'graph-event', event, data: toJson(data) };
}
