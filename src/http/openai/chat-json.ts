import type { Answer, ToolCall } from '../../answer/index.js';
import { annotationsJson, extensionJson } from './extension.js';
import { FINISH_REASONS } from './finish-reason.js';
import { usageJson } from './usage.js';

/** A whole answer as OpenAI's chat completion. */
export function completionJson(answer: Answer, requestId: string, address: string) {
  const { id, createdAtMs, model, finishReason, usage, sources, search, writer } = answer;
  return {
    id,
    object: 'chat.completion',
    created: Math.floor(createdAtMs / 1000),
    model,
    choices: [
      {
        index: 0,
        message: messageJson(answer, address),
        logprobs: null,
        finish_reason: FINISH_REASONS[finishReason],
      },
    ],
    usage: usageJson(usage),
    narae: extensionJson(writer, sources, search, requestId),
  };
}

function messageJson(answer: Answer, address: string) {
  const { text, reasoning, toolCalls, citations, sources, search } = answer;
  return {
    role: 'assistant',
    content: text === '' && toolCalls.length > 0 ? null : text,
    refusal: null,
    annotations: annotationsJson(citations, sources, search, address),
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(toolCallJson) }),
  };
}

function toolCallJson({ id, name, arguments: text }: ToolCall) {
  return { id, type: 'function', function: { name, arguments: text } };
}
