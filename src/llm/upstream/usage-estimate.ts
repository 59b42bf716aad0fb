import type { ChatMessage, LlmPart, LlmRequest, TokenUsage } from '../spec.js';
import { estimateTokens } from '../tokens.js';

/** Tokens that a chat format spends around each message. */
const MESSAGE_OVERHEAD_TOKENS = 4;

/** Keeps what was written, and counts only when the upstream reported no usage. */
export class UsageEstimate {
  readonly #request: LlmRequest;
  readonly #written: string[] = [];

  constructor(request: LlmRequest) {
    this.#request = request;
  }

  add(parts: readonly LlmPart[]): void {
    for (const part of parts) {
      if (part.type === 'text-delta' || part.type === 'reasoning-delta') this.#written.push(part.text);
      else if (part.type === 'tool-call-delta') this.#written.push(part.argumentsDelta);
    }
  }

  usage(): TokenUsage {
    return {
      inputTokens: countMessages(this.#request.messages),
      outputTokens: estimateTokens(this.#written.join('')),
      estimated: true,
    };
  }
}

/** Estimated tokens of messages as a model receives them. */
export function countMessages(messages: readonly ChatMessage[]): number {
  let tokens = 0;
  for (const message of messages) tokens += countMessage(message);
  return tokens;
}

export function countMessage(message: ChatMessage): number {
  const calls = message.toolCalls === undefined ? '' : JSON.stringify(message.toolCalls);
  return MESSAGE_OVERHEAD_TOKENS + estimateTokens(messageText(message) + calls);
}

/** The text of a message; of content parts, those that are text. */
export function messageText(message: ChatMessage): string {
  if (message.content === null) return '';
  if (typeof message.content === 'string') return message.content;
  return message.content
    .map((part) => (typeof part.text === 'string' ? part.text : ''))
    .filter((text) => text !== '')
    .join('\n');
}
