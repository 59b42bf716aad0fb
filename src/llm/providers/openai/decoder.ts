import { NaraeError } from '../../../core/index.js';
import type { FinishReason, LlmPart, TokenUsage, UpstreamFields } from '../../spec.js';
import {
  addMarkedText,
  addText,
  asCount,
  asRecord,
  asText,
  type EventDecoder,
  readFinish,
} from '../../upstream/decoder.js';
import { errorInStream, type UpstreamIdentity } from '../../upstream/failures.js';
import { HalfCharacters } from '../../upstream/half-characters.js';
import type { SseEvent } from '../../upstream/sse-parser.js';
import { ChoiceEnds } from './choice-ends.js';
import { ContentTemplate } from './content-template.js';
import { answerFields, messageFields, usageDetails } from './fields.js';
import { ToolCalls } from './tool-calls.js';

const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
  // Mistral, and servers that keep their model's own words.
  ['model_length', 'length'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['sensitive', 'content-filter'],
]);

/** What servers say in place of null. */
const NOT_YET = new Set(['', 'null']);

/**
 * Reads OpenAI's chat chunks, with the liberties that compatible servers take. Where one answer was asked for, its
 * parts carry no number, whatever number the server gives it.
 */
export class OpenAiDecoder implements EventDecoder {
  closed = false;
  usage: TokenUsage | undefined;
  readonly #upstream: UpstreamIdentity;
  /** Undefined where one answer was asked for. */
  readonly #ends: ChoiceEnds | undefined;
  readonly #template = new ContentTemplate();
  readonly #halves = new HalfCharacters();
  #finish: FinishReason | undefined;
  #answerFields: Record<string, unknown> | undefined;
  /** By answer; made when the first call comes. */
  #toolCalls: Map<number, ToolCalls> | undefined;

  constructor(upstream: UpstreamIdentity, choicesAsked = 1) {
    this.#upstream = upstream;
    this.#ends = choicesAsked > 1 ? new ChoiceEnds(choicesAsked) : undefined;
  }

  get finish(): FinishReason | undefined {
    return this.#ends === undefined ? this.#finish : this.#ends.reason(this.closed);
  }

  get answerFields(): UpstreamFields | undefined {
    return this.#answerFields;
  }

  read(event: SseEvent, parts: LlmPart[]): void {
    const data = event.data.trim();
    if (data === '') return;
    if (data === '[DONE]') this.closed = true;
    else if (event.event === '' && this.#ends === undefined) this.#readText(data, parts);
    else this.#readChunk(event.event, parseEvent(data), parts);
  }

  get readsBytes(): boolean {
    return this.#template.isKnown;
  }

  readBytes(bytes: Buffer, parts: LlmPart[]): number {
    const found = this.closed ? undefined : this.#template.readBytes(bytes);
    if (found === undefined) return 0;
    addText(parts, 'text-delta', found.text);
    return found.end;
  }

  readWhole(body: unknown, parts: LlmPart[]): void {
    this.#readChunk('', body, parts);
    this.closed = true;
  }

  /** An event of a single answer, which mostly is text. */
  #readText(data: string, parts: LlmPart[]): void {
    const text = this.#template.read(data);
    if (text !== undefined) {
      addText(parts, 'text-delta', text);
      return;
    }
    const body = parseEvent(data);
    this.#readChunk('', body, parts);
    this.#template.learn(data, body);
  }

  #readChunk(eventName: string, body: unknown, parts: LlmPart[]): void {
    const chunk = asRecord(body);
    if (chunk === undefined) throw malformed('an event that is not an object');
    if (chunk.error) throw errorInStream(chunk.error, this.#upstream);
    if (eventName === 'error' || chunk.object === 'error') throw errorInStream(chunk, this.#upstream);
    this.#readUsage(asRecord(chunk.usage));
    const fields = answerFields(chunk);
    if (fields !== undefined) this.#answerFields = Object.assign(this.#answerFields ?? {}, fields);
    const choices = chunk.choices;
    if (!Array.isArray(choices)) return;
    if (this.#ends === undefined) this.#readOnly(asRecord(choices[0]), parts);
    else for (const choice of choices) this.#readOneOf(asRecord(choice), this.#ends, parts);
  }

  #readOnly(choice: Readonly<Record<string, unknown>> | undefined, parts: LlmPart[]): void {
    if (choice === undefined) return;
    this.#readMessage(choice, 0, parts);
    this.#finish = finishReason(choice) ?? this.#finish;
  }

  #readOneOf(
    choice: Readonly<Record<string, unknown>> | undefined,
    ends: ChoiceEnds,
    parts: LlmPart[],
  ): void {
    const number = choice?.index ?? 0;
    if (choice === undefined || typeof number !== 'number' || !ends.has(number)) return;
    ends.saw(number);
    this.#readMessage(choice, number, parts);
    const reason = finishReason(choice);
    if (reason === undefined) return;
    ends.end(number, reason);
    if (number > 0) parts.push({ type: 'choice-end', choice: number, reason });
  }

  #readUsage(usage: Readonly<Record<string, unknown>> | undefined): void {
    if (usage === undefined) return;
    const details = usageDetails(usage);
    this.usage = {
      inputTokens: asCount(usage.prompt_tokens),
      outputTokens: asCount(usage.completion_tokens),
      estimated: false,
      ...(details && { details }),
    };
  }

  #readMessage(choice: Readonly<Record<string, unknown>>, number: number, parts: LlmPart[]): void {
    const message = asRecord(choice.delta) ?? asRecord(choice.message) ?? NO_FIELDS;
    const { content } = message;
    const thought = asText(message.reasoning_content) || asText(message.reasoning) || thoughtText(content);
    const reasoning = this.#halves.join(`reasoning ${number}`, thought);
    const text = this.#halves.join(`text ${number}`, contentText(content));
    const logprobs = asRecord(choice.logprobs);
    if (number === 0 && logprobs === undefined) {
      addText(parts, 'reasoning-delta', reasoning);
      addText(parts, 'text-delta', text);
    } else {
      addMarkedText(parts, 'reasoning-delta', reasoning, { choice: number });
      addMarkedText(parts, 'text-delta', text, { choice: number, logprobs });
    }
    addMarkedText(parts, 'text-delta', asText(message.refusal), { choice: number, refusal: true });
    if (Array.isArray(message.tool_calls)) this.#toolCallsOf(number).read(message.tool_calls, parts);
    const fields = messageFields(message);
    if (fields !== undefined)
      parts.push({ type: 'message-fields', fields, ...(number > 0 && { choice: number }) });
  }

  #toolCallsOf(choice: number): ToolCalls {
    this.#toolCalls ??= new Map();
    const known = this.#toolCalls.get(choice);
    if (known !== undefined) return known;
    const made = new ToolCalls(choice);
    this.#toolCalls.set(choice, made);
    return made;
  }
}

const NO_FIELDS: Readonly<Record<string, unknown>> = {};

function finishReason({
  finish_reason: reason,
}: Readonly<Record<string, unknown>>): FinishReason | undefined {
  if (typeof reason !== 'string' || NOT_YET.has(reason)) return undefined;
  return readFinish(FINISH_REASONS, reason);
}

/** Content is text, or a list of parts with some servers, among them Mistral's thoughts. */
function contentText(content: unknown): string {
  if (!Array.isArray(content)) return asText(content);
  return content.map((part) => asText(asRecord(part)?.text)).join('');
}

function thoughtText(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return content.map((part) => contentText(asRecord(part)?.thinking)).join('');
}

function parseEvent(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw malformed('an event that is not JSON', cause);
  }
}

function malformed(reason: string, cause?: unknown): NaraeError {
  return new NaraeError('llm_malformed', { values: { reason }, cause });
}
