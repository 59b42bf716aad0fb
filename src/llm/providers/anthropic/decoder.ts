import { NaraeError } from '../../../core/index.js';
import type { FinishReason, LlmPart, TokenUsage } from '../../spec.js';
import { addText, asCount, asRecord, asText, type EventDecoder, readFinish } from '../../upstream/decoder.js';
import { errorInStream, type UpstreamIdentity } from '../../upstream/failures.js';
import type { SseEvent } from '../../upstream/sse-parser.js';

const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool-calls'],
  ['refusal', 'content-filter'],
]);

type Fields = Readonly<Record<string, unknown>>;

/** Reads the events of Anthropic's Messages API. Thinking becomes reasoning, tool use becomes tool calls. */
export class AnthropicDecoder implements EventDecoder {
  finish: FinishReason | undefined;
  closed = false;
  usage: TokenUsage | undefined;
  readonly #upstream: UpstreamIdentity;
  /** Anthropic numbers all blocks of an answer, OpenAI only its tool calls. */
  readonly #toolIndexOfBlock = new Map<number, number>();

  constructor(upstream: UpstreamIdentity) {
    this.#upstream = upstream;
  }

  read(event: SseEvent, parts: LlmPart[]): void {
    if (event.data === '') return;
    const body = parseEvent(event.data);
    switch (body.type) {
      case 'message_start':
        this.#readUsage(asRecord(asRecord(body.message)?.usage));
        return;
      case 'content_block_start':
        this.#readBlock(asCount(body.index), asRecord(body.content_block), parts);
        return;
      case 'content_block_delta':
        this.#readDelta(asCount(body.index), asRecord(body.delta), parts);
        return;
      case 'message_delta':
        this.#readFinish(asRecord(body.delta)?.stop_reason);
        this.#readUsage(asRecord(body.usage));
        return;
      case 'message_stop':
        this.closed = true;
        return;
      case 'error':
        throw errorInStream(body.error ?? body, this.#upstream);
    }
  }

  readWhole(body: unknown, parts: LlmPart[]): void {
    const message = asRecord(body);
    if (message?.type === 'error') throw errorInStream(message.error ?? message, this.#upstream);
    if (!Array.isArray(message?.content)) throw malformed('a message without content');
    message.content.forEach((block, index) => {
      this.#readBlock(index, asRecord(block), parts);
    });
    this.#readUsage(asRecord(message.usage));
    this.#readFinish(message.stop_reason);
  }

  #readBlock(index: number, block: Fields | undefined, parts: LlmPart[]): void {
    addText(parts, 'text-delta', asText(block?.text));
    addText(parts, 'reasoning-delta', asText(block?.thinking));
    if (block?.type === 'tool_use') this.#startTool(index, block, parts);
  }

  #startTool(blockIndex: number, block: Fields, parts: LlmPart[]): void {
    const index = this.#toolIndexOfBlock.size;
    this.#toolIndexOfBlock.set(blockIndex, index);
    const input = asRecord(block.input);
    const whole = input !== undefined && Object.keys(input).length > 0;
    parts.push({
      type: 'tool-call-delta',
      index,
      id: asText(block.id),
      name: asText(block.name),
      argumentsDelta: whole ? JSON.stringify(input) : '',
    });
  }

  #readDelta(blockIndex: number, delta: Fields | undefined, parts: LlmPart[]): void {
    addText(parts, 'text-delta', asText(delta?.text));
    addText(parts, 'reasoning-delta', asText(delta?.thinking));
    const index = this.#toolIndexOfBlock.get(blockIndex);
    if (delta?.type === 'input_json_delta' && index !== undefined)
      parts.push({ type: 'tool-call-delta', index, argumentsDelta: asText(delta.partial_json) });
  }

  #readFinish(reason: unknown): void {
    if (typeof reason === 'string') this.finish = readFinish(FINISH_REASONS, reason);
  }

  /** Input comes with the start, output grows until the end; cached input counts as input. */
  #readUsage(usage: Fields | undefined): void {
    if (usage === undefined) return;
    const input =
      asCount(usage.input_tokens) +
      asCount(usage.cache_read_input_tokens) +
      asCount(usage.cache_creation_input_tokens);
    this.usage = {
      inputTokens: input || (this.usage?.inputTokens ?? 0),
      outputTokens: asCount(usage.output_tokens),
      estimated: false,
    };
  }
}

function parseEvent(data: string): Fields {
  try {
    const body = asRecord(JSON.parse(data));
    if (body !== undefined) return body;
  } catch (cause) {
    throw malformed('an event that is not JSON', cause);
  }
  throw malformed('an event that is not an object');
}

function malformed(reason: string, cause?: unknown): NaraeError {
  return new NaraeError('llm_malformed', { values: { reason }, cause });
}
