import type { ChatMessage, TokenUsage } from '../../../llm/spec.js';
import type { TurnFacts } from '../../../threads/spec.js';
import type { StateMessage } from './messages.js';

const TYPES: Readonly<Record<ChatMessage['role'], string>> = {
  user: 'human',
  assistant: 'ai',
  system: 'system',
  developer: 'system',
  tool: 'tool',
};

/** A message as LangChain's clients know it. `facts` are those of the answer, where it is one. */
export function messageJson({ id, message }: StateMessage, facts?: TurnFacts) {
  const { role, content, name, toolCallId } = message;
  return {
    type: TYPES[role],
    id,
    content: content ?? '',
    ...(name !== undefined && { name }),
    additional_kwargs: {},
    response_metadata: facts === undefined || role !== 'assistant' ? {} : responseMetadata(facts),
    ...(role === 'assistant' && aiFields(message, facts?.usage)),
    ...(toolCallId !== undefined && { tool_call_id: toolCallId }),
  };
}

function responseMetadata({ model, provider, finishReason, citations }: TurnFacts) {
  return {
    ...(model !== undefined && { model_name: model }),
    ...(provider !== undefined && { model_provider: provider }),
    ...(finishReason !== undefined && { finish_reason: finishReason }),
    ...(citations !== undefined && { citations }),
  };
}

function aiFields({ toolCalls = [] }: ChatMessage, usage: TokenUsage | undefined) {
  const calls = toolCalls.map(toolCallJson);
  return {
    tool_calls: calls.flatMap((call) => ('args' in call ? [call] : [])),
    invalid_tool_calls: calls.flatMap((call) => ('error' in call ? [call] : [])),
    ...(usage !== undefined && { usage_metadata: usageJson(usage) }),
  };
}

function usageJson({ inputTokens, outputTokens }: TokenUsage) {
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

function toolCallJson(call: Readonly<Record<string, unknown>>) {
  const { name, arguments: text } = (call.function ?? {}) as { name?: string; arguments?: string };
  const about = { id: call.id ?? null, name: name ?? '' };
  try {
    return { ...about, type: 'tool_call', args: JSON.parse(text ?? '{}') as unknown };
  } catch {
    return { ...about, type: 'invalid_tool_call', arguments: text, error: 'not JSON' };
  }
}
