import { AnswerCollector, assistantMessage, type RunPart } from '../../../answer/index.js';
import type { FinishReason } from '../../../llm/spec.js';
import type { GraphEvent, GraphStreamMode } from '../graph.js';
import { graphEvent } from '../graph-event.js';
import { messageJson } from './message-json.js';
import { ANSWER, RETRIEVE } from './snapshot.js';

export interface EventsSettings {
  readonly modes: readonly GraphStreamMode[];
  readonly run: string;
  readonly thread: string;
  /** Of the message that is being written. */
  readonly answerId: string;
  /** The state before the answer, as JSON. */
  readonly messages: readonly unknown[];
}

/** Turns an answer's parts into LangGraph's events, in the modes that were asked for. */
export class AnswerEvents {
  readonly #collector = new AnswerCollector();
  readonly #settings: EventsSettings;
  readonly #modes: ReadonlySet<GraphStreamMode>;
  #sources: readonly unknown[] = [];
  #text = '';
  #hasBegun = false;

  constructor(settings: EventsSettings) {
    this.#settings = settings;
    this.#modes = new Set(settings.modes);
  }

  /** The state that the run begins with. */
  begin(): GraphEvent[] {
    return this.#values(this.#settings.messages);
  }

  encode(batch: readonly RunPart[]): GraphEvent[] {
    return batch.flatMap((part) => this.#part(part));
  }

  #part(part: RunPart): GraphEvent[] {
    switch (part.type) {
      case 'turn':
      case 'graph-event':
        return [];
      case 'finish':
        return this.#end(part.reason);
      case 'error':
        return this.#end(undefined);
    }
    this.#collector.add(part);
    switch (part.type) {
      case 'sources':
        this.#sources = part.sources.map(({ text: _, ...source }) => source);
        return [
          ...this.#when('updates', () => graphEvent('updates', { [RETRIEVE]: { sources: this.#sources } })),
          ...this.#values(this.#settings.messages),
        ];
      case 'text-delta':
        return part.choice === undefined ? this.#delta(part.text) : [];
      case 'start':
      case 'writer':
      case 'reasoning-delta':
      case 'citations':
      case 'usage':
        return this.#when('custom', () => graphEvent('custom', part));
      default:
        return [];
    }
  }

  /** The answer as it was stored: whole, or as far as it came. */
  #end(finishReason: FinishReason | undefined): GraphEvent[] {
    const { text, writer, usage, citations, toolCalls } = this.#collector.soFar();
    if (text === '' && toolCalls.length === 0) return [];
    const { answerId: id } = this.#settings;
    const facts = {
      ...writer,
      ...(usage && { usage }),
      ...(finishReason && { finishReason }),
      ...(citations.length > 0 && { citations }),
    };
    const message = messageJson({ id, message: assistantMessage({ text, toolCalls }) }, facts);
    return [
      ...this.#when('messages', () => graphEvent('messages/complete', [message])),
      ...this.#when('updates', () => graphEvent('updates', { [ANSWER]: { messages: [message] } })),
      ...this.#values([...this.#settings.messages, message]),
    ];
  }

  #delta(text: string): GraphEvent[] {
    const { answerId: id } = this.#settings;
    this.#text += this.#modes.has('messages') ? text : '';
    const tuple = this.#when('messages-tuple', () =>
      graphEvent('messages', [chunkJson(id, text), this.#metadata()]),
    );
    const begin = this.#hasBegun ? [] : this.#when('messages', () => this.#messageMetadata(id));
    this.#hasBegun = true;
    const partial = this.#when('messages', () => graphEvent('messages/partial', [chunkJson(id, this.#text)]));
    return [...tuple, ...begin, ...partial];
  }

  #messageMetadata(id: string): GraphEvent {
    return graphEvent('messages/metadata', { [id]: { metadata: this.#metadata() } });
  }

  #metadata() {
    const { run, thread } = this.#settings;
    return { langgraph_node: ANSWER, langgraph_step: 2, run_id: run, thread_id: thread };
  }

  #values(messages: readonly unknown[]): GraphEvent[] {
    return this.#when('values', () => graphEvent('values', { messages, sources: this.#sources }));
  }

  #when(mode: GraphStreamMode, make: () => GraphEvent): GraphEvent[] {
    return this.#modes.has(mode) ? [make()] : [];
  }
}

function chunkJson(id: string, content: string) {
  return {
    type: 'AIMessageChunk',
    id,
    content,
    additional_kwargs: {},
    response_metadata: {},
    tool_calls: [],
    invalid_tool_calls: [],
    tool_call_chunks: [],
  };
}
