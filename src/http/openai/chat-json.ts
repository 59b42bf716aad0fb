import type { Answer, Choice, ToolCall } from '../../answer/index.js';
import { annotationsJson, extensionJson, type RunPlace } from './extension.js';
import { FINISH_REASONS } from './finish-reason.js';
import { toolCallFields } from './tool-call.js';
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
    ...answer.answerFields,
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
  { text, reasoning, toolCalls, refusal, fields }: Choice,
  annotations: ReturnType<typeof annotationsJson>,
) {
  const content = refusal === undefined ? text : text.slice(0, text.length - refusal.length);
  const isElsewhere = toolCalls.length > 0 || refusal !== undefined || fields !== undefined;
  return {
    role: 'assistant',
    content: content === '' && isElsewhere ? null : content,
    refusal: refusal ?? null,
    ...fields,
    annotations: Array.isArray(fields?.annotations) ? [...annotations, ...fields.annotations] : annotations,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(toolCallJson) }),
  };
}

function toolCallJson({ id, name, arguments: text, extra }: ToolCall) {
  return toolCallFields({ id, name, argumentsText: text, extra });
}
