import { NaraeError } from '../core/index.js';
import type {
  AnswerPart,
  Citation,
  FinishReason,
  SearchFacts,
  Source,
  TokenUsage,
  Writer,
} from '../llm/spec.js';

/** A whole answer, for callers that do not stream. */
export interface Answer {
  readonly id: string;
  readonly createdAtMs: number;
  /** The model that was asked for. */
  readonly model: string;
  readonly provider: string;
  /** Who wrote it: another model, where that one failed and a fallback answered. */
  readonly writer: Writer;
  readonly text: string;
  /** What the model thought aloud before; empty for most models. */
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  /** The passages in the prompt; `[n]` in the text points at the one with that `n`. */
  readonly sources: readonly Source[];
  readonly citations: readonly Citation[];
  /** Absent when nothing was searched. */
  readonly search: SearchFacts | undefined;
  readonly usage: TokenUsage | undefined;
  readonly finishReason: FinishReason;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
}

/** Reads a stream of parts to its end. Rejects with its error; never resolves with half an answer. */
export async function collectAnswer(parts: AsyncIterable<AnswerPart>): Promise<Answer> {
  const collector = new AnswerCollector();
  for await (const part of parts) collector.add(part);
  return collector.answer();
}

/** Puts an answer together from its parts, in their order. */
export class AnswerCollector {
  #answer: Answer = NOTHING_YET;
  #text = '';
  #reasoning = '';
  readonly #toolCalls: ToolCall[] = [];
  #finished = false;

  /** Throws the failure that an `error` part carries. */
  add(part: AnswerPart): void {
    switch (part.type) {
      case 'start': {
        const { id, createdAtMs, model, provider } = part;
        this.#answer = { ...this.#answer, id, createdAtMs, model, provider, writer: { model, provider } };
        break;
      }
      case 'sources':
        this.#answer = { ...this.#answer, sources: part.sources, search: part.search };
        break;
      case 'writer':
        this.#answer = { ...this.#answer, writer: part.writer };
        break;
      case 'text-delta':
        this.#text += part.text;
        break;
      case 'reasoning-delta':
        this.#reasoning += part.text;
        break;
      case 'tool-call-delta':
        this.#addToolCall(part);
        break;
      case 'citations':
        this.#answer = { ...this.#answer, citations: part.citations };
        break;
      case 'usage':
        this.#answer = { ...this.#answer, usage: part.usage };
        break;
      case 'finish':
        this.#finished = true;
        this.#answer = { ...this.#answer, finishReason: part.reason };
        break;
      case 'error':
        throw part.error;
    }
  }

  /** The answer, once `finish` was added; before that it is broken, and this throws `llm_stream_broken`. */
  answer(): Answer {
    if (!this.#finished)
      throw new NaraeError('llm_stream_broken', { values: { reason: 'no finish was seen' } });
    const toolCalls = this.#toolCalls.filter((call) => call !== undefined);
    return { ...this.#answer, text: this.#text, reasoning: this.#reasoning, toolCalls };
  }

  #addToolCall({ index, id, name, argumentsDelta }: Extract<AnswerPart, { type: 'tool-call-delta' }>): void {
    const so = this.#toolCalls[index] ?? { id: '', name: '', arguments: '' };
    this.#toolCalls[index] = {
      id: id ?? so.id,
      name: name ?? so.name,
      arguments: so.arguments + argumentsDelta,
    };
  }
}

const NOTHING_YET: Answer = {
  id: '',
  createdAtMs: 0,
  model: '',
  provider: '',
  writer: { model: '', provider: '' },
  text: '',
  reasoning: '',
  toolCalls: [],
  sources: [],
  citations: [],
  search: undefined,
  usage: undefined,
  finishReason: 'stop',
};
