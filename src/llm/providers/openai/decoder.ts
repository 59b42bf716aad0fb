import { NaraeError } from '../../../core/index.js';
import type { FinishReason, LlmPart, TokenUsage } from '../../spec.js';
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
import type { SseEvent } from '../../upstream/sse-parser.js';
import { ChoiceEnds } from './choice-ends.js';
import { ContentTemplate } from './content-template.js';

const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
]);

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
  #finish: FinishReason | undefined;

  constructor(upstream: UpstreamIdentity, choicesAsked = 1) {
    this.#upstream = upstream;
    this.#ends = choicesAsked > 1 ? new ChoiceEnds(choicesAsked) : undefined;
  }

  get finish(): FinishReason | undefined {
    return this.#ends === undefined ? this.#finish : this.#ends.reason(this.closed);
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
    if (eventName === 'error') throw errorInStream(chunk, this.#upstream);
    this.#readUsage(asRecord(chunk.usage));
    const choices = chunk.choices;
    if (!Array.isArray(choices)) return;
    if (this.#ends === undefined) this.#readOnly(asRecord(choices[0]), parts);
    else for (const choice of choices) this.#readOneOf(asRecord(choice), this.#ends, parts);
  }

  #readOnly(choice: Readonly<Record<string, unknown>> | undefined, parts: LlmPart[]): void {
    if (choice === undefined) return;
    readMessage(choice, 0, parts);
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
    readMessage(choice, number, parts);
    const reason = finishReason(choice);
    if (reason === undefined) return;
    ends.end(number, reason);
    if (number > 0) parts.push({ type: 'choice-end', choice: number, reason });
  }

  #readUsage(usage: Readonly<Record<string, unknown>> | undefined): void {
    if (usage === undefined) return;
    this.usage = {
      inputTokens: asCount(usage.prompt_tokens),
      outputTokens: asCount(usage.completion_tokens),
      estimated: false,
    };
  }
}

function finishReason({
  finish_reason: reason,
}: Readonly<Record<string, unknown>>): FinishReason | undefined {
  return typeof reason === 'string' && reason !== '' ? readFinish(FINISH_REASONS, reason) : undefined;
}

function readMessage(choice: Readonly<Record<string, unknown>>, number: number, parts: LlmPart[]): void {
  const message = asRecord(choice.delta) ?? asRecord(choice.message) ?? NO_FIELDS;
  const reasoning = asText(message.reasoning_content) || asText(message.reasoning);
  const text = contentText(message.content) + asText(message.refusal);
  const logprobs = asRecord(choice.logprobs);
  if (number === 0 && logprobs === undefined) {
    addText(parts, 'reasoning-delta', reasoning);
    addText(parts, 'text-delta', text);
  } else {
    addMarkedText(parts, 'reasoning-delta', reasoning, { choice: number });
    addMarkedText(parts, 'text-delta', text, { choice: number, logprobs });
  }
  if (Array.isArray(message.tool_calls))
    message.tool_calls.forEach((call, position) => {
      readToolCall(asRecord(call), position, number, parts);
    });
}

const NO_FIELDS: Readonly<Record<string, unknown>> = {};

/** Content is text, or a list of text parts with some servers. */
function contentText(content: unknown): string {
  if (!Array.isArray(content)) return asText(content);
  return content.map((part) => asText(asRecord(part)?.text)).join('');
}

function readToolCall(
  call: Readonly<Record<string, unknown>> | undefined,
  position: number,
  choice: number,
  parts: LlmPart[],
): void {
  if (call === undefined) return;
  const definition = asRecord(call.function);
  const id = asText(call.id);
  const name = asText(definition?.name);
  parts.push({
    type: 'tool-call-delta',
    ...(choice > 0 && { choice }),
    index: isIndex(call.index) ? call.index : position,
    ...(id !== '' && { id }),
    ...(name !== '' && { name }),
    argumentsDelta: argumentsText(definition?.arguments),
  });
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Arguments are JSON text; some servers send the object itself. */
function argumentsText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : asText(value);
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
