import { completionTokens, type MockAnswer, type MockFinish } from '../answer.js';
import type { AnswerEvents, Dialect, MockFailure } from './dialect.js';

const ID = 'chatcmpl-mock';
/** A fixed time, so that the same call gets the same bytes. */
export const CREATED_SECONDS = 1_735_689_600;

const FINISH_REASONS: Readonly<Record<MockFinish, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
};

const DONE = 'data: [DONE]\n\n';

export const openAiDialect: Dialect = {
  name: 'openai',
  events,
  whole,
  errorBody: (failure) => JSON.stringify(errorObject(failure)),
  errorEvent: (failure) => `data: ${JSON.stringify(errorObject(failure))}\n\n`,
  pings: [': ping\n\n', 'event: ping\ndata: {}\n\n'],
  emptyEvent: `data: {"id":"${ID}","object":"chat.completion.chunk","choices":[]}\n\n`,
  lastEvent: DONE,
};

function events(answer: MockAnswer, { includeUsage }: { includeUsage: boolean }): AnswerEvents {
  const [before, after] = chunkAround(answer.model, includeUsage);
  const event = (delta: string, finish = 'null'): string =>
    `${before}${delta},"logprobs":null,"finish_reason":${finish}${after}`;
  const finish = event('{}', `"${FINISH_REASONS[answer.finish]}"`);
  return {
    opening: [event('{"role":"assistant","content":""}')],
    content: deltas(answer).map((delta) => event(delta)),
    closing: includeUsage ? [finish, usageEvent(answer), DONE] : [finish, DONE],
  };
}

/** What stands before and after the delta in every chunk of one answer. */
function chunkAround(model: string, includeUsage: boolean): [string, string] {
  return [
    `data: ${chunkHead(model)},"choices":[{"index":0,"delta":`,
    includeUsage ? '}],"usage":null}\n\n' : '}]}\n\n',
  ];
}

function chunkHead(model: string): string {
  const head = { id: ID, object: 'chat.completion.chunk', created: CREATED_SECONDS, model };
  return JSON.stringify(head).slice(0, -1);
}

function deltas({ reasoning, tokens, toolCall }: MockAnswer): string[] {
  const thoughts = reasoning.map((token) => JSON.stringify({ reasoning_content: token }));
  if (!toolCall) return [...thoughts, ...tokens.map((token) => JSON.stringify({ content: token }))];
  return [
    ...thoughts,
    toolDelta({
      index: 0,
      id: 'call_mock',
      type: 'function',
      function: { name: toolCall.name, arguments: '' },
    }),
    ...toolCall.argumentPieces.map((piece) => toolDelta({ index: 0, function: { arguments: piece } })),
  ];
}

function toolDelta(call: object): string {
  return JSON.stringify({ tool_calls: [call] });
}

function usageEvent(answer: MockAnswer): string {
  return `data: ${chunkHead(answer.model)},"choices":[],"usage":${JSON.stringify(usage(answer))}}\n\n`;
}

function usage(answer: MockAnswer) {
  const completion = completionTokens(answer);
  return {
    prompt_tokens: answer.promptTokens,
    completion_tokens: completion,
    total_tokens: answer.promptTokens + completion,
  };
}

function whole(answer: MockAnswer): string {
  const { model, finish } = answer;
  return JSON.stringify({
    id: ID,
    object: 'chat.completion',
    created: CREATED_SECONDS,
    model,
    choices: [{ index: 0, message: message(answer), logprobs: null, finish_reason: FINISH_REASONS[finish] }],
    usage: usage(answer),
  });
}

function message({ reasoning, tokens, toolCall }: MockAnswer) {
  const call = toolCall && {
    id: 'call_mock',
    type: 'function',
    function: { name: toolCall.name, arguments: toolCall.argumentPieces.join('') },
  };
  return {
    role: 'assistant',
    content: toolCall ? null : tokens.join(''),
    ...(reasoning.length > 0 && { reasoning_content: reasoning.join('') }),
    ...(call && { tool_calls: [call] }),
  };
}

function errorObject({ status, type, message: text }: MockFailure) {
  return { error: { message: text, type, param: null, code: status } };
}
