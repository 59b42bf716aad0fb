import type { AnswerPart, LogProbs, SearchFacts, Source, TokenUsage, Writer } from '../../llm/spec.js';
import { errorBody } from '../errors.js';
import { annotationsJson, extensionJson, type RunPlace, type StartPart, writerJson } from './extension.js';
import { FINISH_REASONS } from './finish-reason.js';
import { toolCallFields } from './tool-call.js';
import { usageJson } from './usage.js';

export interface EncoderSettings {
  readonly requestId: string;
  /** From `stream_options`: an extra chunk with the usage, and `usage: null` in all others. */
  readonly includeUsage: boolean;
  /** Of an answer on a thread. */
  readonly place?: RunPlace;
  /** Of this server, before the `/?document=…` of annotations. */
  readonly address: string;
}

const TEXT_TAIL = '},"logprobs":null,"finish_reason":null}]}\n\n';

/**
 * Parts as OpenAI's chat chunks. What all chunks of a stream share is put together once, so that a piece of text
 * costs one `JSON.stringify` of that text.
 */
export class ChatEncoder {
  readonly #settings: EncoderSettings;
  #start: StartPart | undefined;
  #sources: readonly Source[] = [];
  #search: SearchFacts | undefined;
  #usage: TokenUsage | undefined;
  #fallback: Writer | undefined;
  /** For the last chunk. */
  #answerFields = '';
  #head = '';
  /** What stands before a piece of text in its chunk; most chunks are text. */
  #textHead = '';
  /** Further answers whose role was sent. */
  readonly #begun = new Set<number>();
  #over = false;

  constructor(settings: EncoderSettings) {
    this.#settings = settings;
  }

  /** True after `finish` or `error`: the body ends with what was encoded last. */
  get over(): boolean {
    return this.#over;
  }

  /** The events of a batch, to be written at once. */
  encode(parts: readonly AnswerPart[]): string {
    let events = '';
    for (const part of parts) events += this.#encodePart(part);
    return events;
  }

  #encodePart(part: AnswerPart): string {
    switch (part.type) {
      case 'start':
        return this.#begin(part);
      case 'sources':
        return this.#first(part);
      case 'writer':
        this.#fallback = part.writer;
        return '';
      case 'text-delta':
        return this.#text(part);
      case 'reasoning-delta':
        return this.#delta(`{"reasoning_content":${JSON.stringify(part.text)}}`, part.choice);
      case 'tool-call-delta':
        return this.#delta(JSON.stringify({ tool_calls: [toolCallJson(part)] }), part.choice);
      case 'message-fields':
        return this.#delta(JSON.stringify(part.fields), part.choice);
      case 'answer-fields':
        this.#answerFields = moreFields(part.fields);
        return '';
      case 'choice-end':
        return this.#chunk(part.choice, '{}', 'null', `"${FINISH_REASONS[part.reason]}"`);
      case 'citations':
        return this.#annotations(part);
      case 'usage':
        this.#usage = part.usage;
        return '';
      case 'finish':
        return this.#finish(FINISH_REASONS[part.reason]);
      case 'error':
        this.#over = true;
        return `data: ${JSON.stringify(errorBody(part.error))}\n\n`;
    }
  }

  #begin(start: StartPart): string {
    this.#start = start;
    const created = Math.floor(start.createdAtMs / 1000);
    const shared = JSON.stringify({
      id: start.id,
      object: 'chat.completion.chunk',
      created,
      model: start.model,
    });
    this.#head = `data: ${shared.slice(0, -1)}${this.#settings.includeUsage ? ',"usage":null' : ''}`;
    this.#textHead = `${this.#head},"choices":[{"index":0,"delta":{"content":`;
    return '';
  }

  /** The first chunk: the role, and our extension with the sources. */
  #first({ sources, search }: Extract<AnswerPart, { type: 'sources' }>): string {
    this.#sources = sources;
    this.#search = search;
    const start = this.#start ?? { model: '', provider: '' };
    const { requestId, place } = this.#settings;
    const recall = this.#start?.recall;
    const narae = JSON.stringify(extensionJson(start, sources, search, requestId, recall, place));
    return `${this.#head},"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"narae":${narae}}\n\n`;
  }

  #text({ text, choice, logprobs, refusal }: Extract<AnswerPart, { type: 'text-delta' }>): string {
    const content = JSON.stringify(text);
    if (refusal) return this.#delta(`{"refusal":${content}}`, choice, logprobs);
    if (choice === undefined && logprobs === undefined) return this.#textHead + content + TEXT_TAIL;
    return this.#delta(`{"content":${content}}`, choice, logprobs);
  }

  #delta(delta: string, choice?: number, logprobs?: LogProbs): string {
    if (choice === undefined && logprobs === undefined) return this.#chunk(0, delta, 'null', 'null');
    const about = logprobs === undefined ? 'null' : JSON.stringify(logprobs);
    return this.#role(choice) + this.#chunk(choice ?? 0, delta, about, 'null');
  }

  /** The chunk with which a further answer begins, once. */
  #role(choice: number | undefined): string {
    if (choice === undefined || this.#begun.has(choice)) return '';
    this.#begun.add(choice);
    return this.#chunk(choice, '{"role":"assistant","content":""}', 'null', 'null');
  }

  /** `extra` is further fields of the chunk, each with the comma before it. */
  #chunk(choice: number, delta: string, logprobs: string, reason: string, extra = ''): string {
    return `${this.#head},"choices":[{"index":${choice},"delta":${delta},"logprobs":${logprobs},"finish_reason":${reason}}]${extra}}\n\n`;
  }

  #annotations({ citations }: Extract<AnswerPart, { type: 'citations' }>): string {
    const annotations = annotationsJson(citations, this.#sources, this.#search, this.#settings.address);
    return this.#delta(JSON.stringify({ annotations }));
  }

  #finish(reason: string): string {
    this.#over = true;
    // The first chunk, which names the model, may be long gone when a fallback or a stored answer takes over.
    const narae =
      this.#fallback === undefined ? '' : `,"narae":${JSON.stringify(writerJson(this.#fallback))}`;
    const last = this.#chunk(0, '{}', 'null', `"${reason}"`, this.#answerFields + narae);
    return `${last}${this.#settings.includeUsage ? this.#usageChunk() : ''}data: [DONE]\n\n`;
  }

  #usageChunk(): string {
    const usage = JSON.stringify(usageJson(this.#usage));
    return `${this.#head.replace(',"usage":null', '')},"choices":[],"usage":${usage}}\n\n`;
  }
}

type ToolCallPart = Extract<AnswerPart, { type: 'tool-call-delta' }>;

function toolCallJson({ index, id, name, argumentsDelta: argumentsText, extra }: ToolCallPart) {
  return { index, ...toolCallFields({ id, name, argumentsText, extra }) };
}

/** Further fields of an object that has some already. */
function moreFields(fields: object): string {
  const json = JSON.stringify(fields).slice(1, -1);
  return json === '' ? '' : `,${json}`;
}
