import { completionTokens, type MockAnswer, type MockFinish } from '../answer.js';
import type { AnswerEvents, Dialect, MockFailure } from './dialect.js';

const STOP_REASONS: Readonly<Record<MockFinish, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
};

const STOP = event('message_stop', {});
const PING = event('ping', {});

export const anthropicDialect: Dialect = {
  name: 'anthropic',
  events,
  whole,
  errorBody: (failure) => JSON.stringify(errorObject(failure)),
  errorEvent: (failure) => `event: error\ndata: ${JSON.stringify(errorObject(failure))}\n\n`,
  pings: [': ping\n\n', PING],
  emptyEvent: event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: '' } }),
  lastEvent: STOP,
};

function events(answer: MockAnswer): AnswerEvents {
  const blocks = contentBlocks(answer);
  return {
    opening: [event('message_start', { message: messageStart(answer) })],
    content: blocks.flatMap(blockEvents),
    closing: [
      event('message_delta', {
        delta: { stop_reason: STOP_REASONS[answer.finish], stop_sequence: null },
        usage: { output_tokens: completionTokens(answer) },
      }),
      STOP,
    ],
  };
}

/** One content block: how it starts, and its deltas. */
interface Block {
  readonly start: object;
  readonly deltas: readonly object[];
}

function contentBlocks({ reasoning, tokens, toolCall }: MockAnswer): Block[] {
  const thinking: Block = {
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: reasoning.map((text) => ({ type: 'thinking_delta', thinking: text })),
  };
  const text: Block = {
    start: { type: 'text', text: '' },
    deltas: tokens.map((token) => ({ type: 'text_delta', text: token })),
  };
  const tool: Block = {
    start: { type: 'tool_use', id: 'toolu_mock', name: toolCall?.name, input: {} },
    deltas: (toolCall?.argumentPieces ?? []).map((piece) => ({
      type: 'input_json_delta',
      partial_json: piece,
    })),
  };
  return [thinking, toolCall ? tool : text].filter(({ deltas }) => deltas.length > 0);
}

/** One string a delta; the block's start and stop travel with its first and last. */
function blockEvents({ start, deltas }: Block, index: number): string[] {
  return deltas.map((delta, position) => {
    const before = position === 0 ? event('content_block_start', { index, content_block: start }) : '';
    const after = position === deltas.length - 1 ? event('content_block_stop', { index }) : '';
    return before + event('content_block_delta', { index, delta }) + after;
  });
}

function event(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

function messageStart({ model, promptTokens }: MockAnswer) {
  return {
    id: 'msg_mock',
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: promptTokens, output_tokens: 0 },
  };
}

function whole(answer: MockAnswer): string {
  return JSON.stringify({
    ...messageStart(answer),
    content: wholeContent(answer),
    stop_reason: STOP_REASONS[answer.finish],
    usage: { input_tokens: answer.promptTokens, output_tokens: completionTokens(answer) },
  });
}

function wholeContent({ reasoning, tokens, toolCall }: MockAnswer): object[] {
  const thinking = { type: 'thinking', thinking: reasoning.join(''), signature: '' };
  const text = { type: 'text', text: tokens.join('') };
  const tool = toolCall && {
    type: 'tool_use',
    id: 'toolu_mock',
    name: toolCall.name,
    input: JSON.parse(toolCall.argumentPieces.join('')) as unknown,
  };
  return [...(reasoning.length > 0 ? [thinking] : []), tool ?? text];
}

function errorObject({ type, message }: MockFailure) {
  return { type: 'error', error: { type, message } };
}
