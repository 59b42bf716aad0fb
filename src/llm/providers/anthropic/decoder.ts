import { NaraeError } from '../../../core/index.js';
import type { FinishReason, LlmPart, TokenUsage, UpstreamFields } from '../../spec.js';
import { addText, asCount, asRecord, asText, type EventDecoder, readFinish } from '../../upstream/decoder.js';
import { errorInStream, type UpstreamIdentity } from '../../upstream/failures.js';
import { HalfCharacters } from '../../upstream/half-characters.js';
import type { SseEvent } from '../../upstream/sse-parser.js';
import { fieldsOf, ThinkingBlock } from './thinking-blocks.js';

const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool-calls'],
  ['refusal', 'content-filter'],
  // A long turn that was put down: the answer is not whole.
  ['pause_turn', 'length'],
]);

type Fields = Readonly<Record<string, unknown>>;

/** Reads the events of Anthropic's Messages API. Thinking becomes reasoning, tool use becomes tool calls. */
export class AnthropicDecoder implements EventDecoder {
  finish: FinishReason | undefined;
  closed = false;
  usage: TokenUsage | undefined;
  readonly #upstream: UpstreamIdentity;
  /** Anthropic numbers all blocks of an answer, OpenAI only its tool calls. */
  readonly #tools = new Map<number, OpenTool>();
  #thought: ThinkingBlock | undefined;
  readonly #halves = new HalfCharacters();

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
      case 'content_block_stop':
        this.#endBlock(asCount(body.index), parts);
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
      this.#endBlock(index, parts);
    });
    this.#readUsage(asRecord(message.usage));
    this.#readFinish(message.stop_reason);
  }

  #readBlock(index: number, block: Fields | undefined, parts: LlmPart[]): void {
    addText(parts, 'text-delta', asText(block?.text));
    addText(parts, 'reasoning-delta', asText(block?.thinking));
    if (block?.type === 'tool_use') this.#startTool(index, block, parts);
    else if (block?.type === 'thinking') this.#thought = new ThinkingBlock(block);
    else if (block?.type === 'redacted_thinking')
      parts.push({ type: 'message-fields', fields: fieldsOf(block) });
  }

  #endBlock(index: number, parts: LlmPart[]): void {
    const fields = this.#thought?.fields();
    this.#thought = undefined;
    if (fields !== undefined) parts.push({ type: 'message-fields', fields });
    const tool = this.#tools.get(index);
    if (tool === undefined || tool.hasArguments) return;
    // A tool without arguments gets none from Anthropic; OpenAI's clients read JSON.
    tool.hasArguments = true;
    parts.push({ type: 'tool-call-delta', index: tool.index, argumentsDelta: '{}' });
  }

  #startTool(blockIndex: number, block: Fields, parts: LlmPart[]): void {
    const index = this.#tools.size;
    const input = asRecord(block.input);
    const whole = input !== undefined && Object.keys(input).length > 0;
    this.#tools.set(blockIndex, { index, hasArguments: whole });
    parts.push({
      type: 'tool-call-delta',
      index,
      id: asText(block.id),
      name: asText(block.name),
      argumentsDelta: whole ? JSON.stringify(input) : '',
    });
  }

  #readDelta(blockIndex: number, delta: Fields | undefined, parts: LlmPart[]): void {
    addText(parts, 'text-delta', this.#halves.join('text', asText(delta?.text)));
    addText(parts, 'reasoning-delta', this.#halves.join('reasoning', asText(delta?.thinking)));
    this.#thought?.add(delta);
    const tool = this.#tools.get(blockIndex);
    const argumentsDelta = asText(delta?.partial_json);
    if (tool === undefined || argumentsDelta === '') return;
    tool.hasArguments = true;
    parts.push({ type: 'tool-call-delta', index: tool.index, argumentsDelta });
  }

  #readFinish(reason: unknown): void {
    if (typeof reason === 'string') this.finish = readFinish(FINISH_REASONS, reason);
  }

  /** Input comes with the start, output grows until the end; cached input counts as input. */
  #readUsage(usage: Fields | undefined): void {
    if (usage === undefined) return;
    const cached = asCount(usage.cache_read_input_tokens);
    const written = asCount(usage.cache_creation_input_tokens);
    const details = cached + written > 0 ? cacheDetails(cached, written) : this.usage?.details;
    this.usage = {
      // The end may repeat it in part.
      inputTokens: Math.max(asCount(usage.input_tokens) + cached + written, this.usage?.inputTokens ?? 0),
      outputTokens: asCount(usage.output_tokens),
      estimated: false,
      ...(details && { details }),
    };
  }
}

interface OpenTool {
  readonly index: number;
  hasArguments: boolean;
}

/** Under OpenAI's name for what was read from the cache; it has none for what was written there. */
function cacheDetails(cached: number, written: number): UpstreamFields {
  return { prompt_tokens_details: { cached_tokens: cached, cache_creation_tokens: written } };
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
