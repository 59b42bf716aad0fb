import type { Answer, Choice, ToolCall } from '../../answer/index.js';
import { annotationsJson, extensionJson, type RunPlace } from './extension.js';
import { FINISH_REASONS } from './finish-reason.js';
import { usageJson } from './usage.js';

/** A whole answer as OpenAI's chat completion. */
export function completionJson(answer: Answer, requestId: string, address: string, place?: RunPlace) {
  const { id, createdAtMs, model, usage, sources, citations, search, others, writer, recall } = answer;
  const annotations = annotationsJson(citations, sources, search, address);
  return {
    id,
    object: 'chat.completion',
    created: Math.floor(createdAtMs / 1000),
    model,
    choices: [
      choiceJson(answer, 0, annotations),
      ...others.map((choice, index) => choiceJson(choice, index + 1, [])),
    ],
    usage: usageJson(usage),
    narae: extensionJson(writer, sources, search, requestId, recall, place),
  };
}

function choiceJson(choice: Choice, index: number, annotations: ReturnType<typeof annotationsJson>) {
  return {
    index,
    message: messageJson(choice, annotations),
    logprobs: choice.logprobs ?? null,
    finish_reason: FINISH_REASONS[choice.finishReason],
  };
}

function messageJson(
  { text, reasoning, toolCalls }: Choice,
  annotations: ReturnType<typeof annotationsJson>,
) {
  return {
    role: 'assistant',
    content: text === '' && toolCalls.length > 0 ? null : text,
    refusal: null,
    annotations,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(toolCallJson) }),
  };
}

function toolCallJson({ id, name, arguments: text }: ToolCall) {
  return { id, type: 'function', function: { name, arguments: text } };
}
