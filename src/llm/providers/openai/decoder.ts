import { NaraeError } from '../../../core/index.js';
import type { FinishReason, LlmPart, TokenUsage } from '../../spec.js';
import { addText, asCount, asRecord, asText, type EventDecoder } from '../../upstream/decoder.js';
import { errorInStream, type UpstreamIdentity } from '../../upstream/failures.js';
import type { SseEvent } from '../../upstream/sse-parser.js';

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
};

/** Reads OpenAI's chat chunks, with the liberties that compatible servers take. */
export class OpenAiDecoder implements EventDecoder {
  finish: FinishReason | undefined;
  closed = false;
  usage: TokenUsage | undefined;
  readonly #upstream: UpstreamIdentity;

  constructor(upstream: UpstreamIdentity) {
    this.#upstream = upstream;
  }

  read(event: SseEvent, parts: LlmPart[]): void {
    const data = event.data.trim();
    if (data === '') return;
    if (data === '[DONE]') this.closed = true;
    else this.#readChunk(event.event, parseEvent(data), parts);
  }

  readWhole(body: unknown, parts: LlmPart[]): void {
    this.#readChunk('', body, parts);
  }

  #readChunk(eventName: string, body: unknown, parts: LlmPart[]): void {
    const chunk = asRecord(body);
    if (chunk === undefined) throw malformed('an event that is not an object');
    if (chunk.error) throw errorInStream(chunk.error, this.#upstream);
    if (eventName === 'error') throw errorInStream(chunk, this.#upstream);
    this.#readUsage(asRecord(chunk.usage));
    const choices = chunk.choices;
    if (Array.isArray(choices)) this.#readChoice(asRecord(choices[0]), parts);
  }

  #readChoice(choice: Readonly<Record<string, unknown>> | undefined, parts: LlmPart[]): void {
    if (choice === undefined) return;
    const message = asRecord(choice.delta) ?? asRecord(choice.message);
    if (message !== undefined) readMessage(message, parts);
    if (typeof choice.finish_reason === 'string' && choice.finish_reason !== '')
      this.finish = FINISH_REASONS[choice.finish_reason] ?? 'stop';
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

function readMessage(message: Readonly<Record<string, unknown>>, parts: LlmPart[]): void {
  addText(parts, 'reasoning-delta', asText(message.reasoning_content) || asText(message.reasoning));
  addText(parts, 'text-delta', contentText(message.content));
  addText(parts, 'text-delta', asText(message.refusal));
  if (Array.isArray(message.tool_calls))
    message.tool_calls.forEach((call, position) => {
      readToolCall(asRecord(call), position, parts);
    });
}

/** Content is text, or a list of text parts with some servers. */
function contentText(content: unknown): string {
  if (!Array.isArray(content)) return asText(content);
  return content.map((part) => asText(asRecord(part)?.text)).join('');
}

function readToolCall(
  call: Readonly<Record<string, unknown>> | undefined,
  position: number,
  parts: LlmPart[],
): void {
  if (call === undefined) return;
  const definition = asRecord(call.function);
  const id = asText(call.id);
  const name = asText(definition?.name);
  parts.push({
    type: 'tool-call-delta',
    index: typeof call.index === 'number' ? call.index : position,
    ...(id !== '' && { id }),
    ...(name !== '' && { name }),
    argumentsDelta: argumentsText(definition?.arguments),
  });
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
