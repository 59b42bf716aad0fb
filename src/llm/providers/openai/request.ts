import { NaraeError } from '../../../core/index.js';
import type { ChatMessage, LlmRequest } from '../../spec.js';
import { asRecord } from '../../upstream/decoder.js';

/** The body of a chat request: ours where we decide, everything else exactly as the client gave it. */
export function openAiBody(request: LlmRequest, host: string): Record<string, unknown> {
  return {
    ...request.parameters,
    ...outputLimit(request, host),
    model: request.model,
    messages: request.messages.map(wireMessage),
    stream: true,
    stream_options: { ...asRecord(request.parameters.stream_options), include_usage: true },
  };
}

/**
 * Some servers refuse fields that they do not know, and `stream_options` is ours: without it, usage is estimated
 * unless the server reports it on its own.
 */
export function withoutStreamOptions(
  { stream_options: options, ...body }: Readonly<Record<string, unknown>>,
  error: unknown,
): Record<string, unknown> | undefined {
  if (options === undefined || !(error instanceof NaraeError) || error.code !== 'llm_rejected')
    return undefined;
  return /stream_options|include_usage/.test(error.message) ? body : undefined;
}

function wireMessage(message: ChatMessage): Record<string, unknown> {
  return {
    ...message.extra,
    role: message.role,
    content: message.content,
    ...(message.name !== undefined && { name: message.name }),
    ...(message.toolCalls !== undefined && { tool_calls: message.toolCalls }),
    ...(message.toolCallId !== undefined && { tool_call_id: message.toolCallId }),
  };
}

/** Under the name that the client used; else the new name for OpenAI, and the old one, which all others know. */
function outputLimit(request: LlmRequest, host: string): Record<string, number> {
  if (request.maxOutputTokens === undefined) return {};
  return { [limitName(request.parameters, host)]: request.maxOutputTokens };
}

function limitName(parameters: LlmRequest['parameters'], host: string): string {
  if ('max_completion_tokens' in parameters) return 'max_completion_tokens';
  if ('max_tokens' in parameters) return 'max_tokens';
  return isOpenAi(host) ? 'max_completion_tokens' : 'max_tokens';
}

function isOpenAi(host: string): boolean {
  return host === 'api.openai.com' || host.endsWith('.openai.azure.com');
}
