import type { ChatMessage } from '../../spec.js';
import { asRecord, asText } from '../../upstream/decoder.js';
import { messageText } from '../../upstream/usage-estimate.js';

export type Block = Readonly<Record<string, unknown>>;

export interface AnthropicMessage {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[];
}

/** System prompts go beside the conversation. Empty when there are none. */
export function systemPrompt(messages: readonly ChatMessage[]): string {
  return messages
    .filter(isSystem)
    .map(messageText)
    .filter((text) => text !== '')
    .join('\n\n');
}

/** The conversation in Anthropic's form: tool results are the user's, neighbours of one role are joined. */
export function conversation(messages: readonly ChatMessage[]): AnthropicMessage[] {
  const turns: { role: 'user' | 'assistant'; content: Block[] }[] = [];
  for (const message of messages) {
    if (isSystem(message)) continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = blocks(message);
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else if (content.length > 0) turns.push({ role, content });
  }
  return turns;
}

function isSystem(message: ChatMessage): boolean {
  return message.role === 'system' || message.role === 'developer';
}

function blocks(message: ChatMessage): Block[] {
  if (message.role === 'tool') return [toolResult(message)];
  const content = typeof message.content === 'string' ? textBlocks(message.content) : partBlocks(message);
  return [...content, ...(message.toolCalls ?? []).map(toolUse)];
}

function textBlocks(text: string): Block[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

function partBlocks(message: ChatMessage): Block[] {
  if (message.content === null || typeof message.content === 'string') return [];
  return message.content.flatMap((part) => {
    if (part.type === 'image_url') return [image(asText(asRecord(part.image_url)?.url))];
    return typeof part.text === 'string' ? textBlocks(part.text) : [part];
  });
}

function image(url: string): Block {
  const data = /^data:([^;,]+);base64,(.*)$/s.exec(url);
  const source = data ? { type: 'base64', media_type: data[1], data: data[2] } : { type: 'url', url };
  return { type: 'image', source };
}

function toolResult(message: ChatMessage): Block {
  return { type: 'tool_result', tool_use_id: message.toolCallId ?? '', content: messageText(message) };
}

function toolUse(call: Readonly<Record<string, unknown>>): Block {
  const definition = asRecord(call.function);
  return {
    type: 'tool_use',
    id: asText(call.id),
    name: asText(definition?.name),
    input: parseArguments(asText(definition?.arguments)),
  };
}

function parseArguments(text: string): unknown {
  try {
    return asRecord(JSON.parse(text)) ?? {};
  } catch {
    return {};
  }
}
