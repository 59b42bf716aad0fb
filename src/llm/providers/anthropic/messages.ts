import type { ChatMessage } from '../../spec.js';
import { asRecord, asText } from '../../upstream/decoder.js';
import { messageText } from '../../upstream/usage-estimate.js';
import { blocksSentBack } from './thinking-blocks.js';

export type Block = Readonly<Record<string, unknown>>;

export interface AnthropicMessage {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[];
}

/**
 * System prompts go beside the conversation, wherever they stood in it: as one text, or as blocks where some of it is
 * marked to be cached. Empty when there are none.
 */
export function systemPrompt(messages: readonly ChatMessage[]): string | readonly Block[] {
  const prompts = messages.filter(isSystem);
  const parts = prompts.flatMap(({ content }) => (Array.isArray(content) ? (content as Block[]) : []));
  if (parts.some((part) => part.cache_control != null)) return prompts.flatMap(contentBlocks);
  return prompts
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
  const thoughts = message.role === 'assistant' ? blocksSentBack(message.extra) : [];
  return [...thoughts, ...contentBlocks(message), ...(message.toolCalls ?? []).map(toolUse)];
}

function contentBlocks({ content }: ChatMessage): Block[] {
  if (content === null) return [];
  return typeof content === 'string' ? textBlocks(content) : content.flatMap(partBlocks);
}

function textBlocks(text: string): Block[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

function partBlocks(part: Block): Block[] {
  const cache = part.cache_control == null ? {} : { cache_control: part.cache_control };
  if (part.type === 'image_url') return [{ ...image(asText(asRecord(part.image_url)?.url)), ...cache }];
  if (part.type === 'file') return [{ ...file(asRecord(part.file)), ...cache }];
  // A refusal that comes back with the conversation is what the assistant said.
  const text = part.type === 'refusal' ? part.refusal : part.text;
  return typeof text === 'string' ? textBlocks(text).map((block) => ({ ...block, ...cache })) : [part];
}

function image(url: string): Block {
  return { type: 'image', source: sourceOf(url) };
}

function file(given: Block | undefined): Block {
  const title = asText(given?.filename);
  const id = asText(given?.file_id);
  const source = id === '' ? sourceOf(asText(given?.file_data)) : { type: 'file', file_id: id };
  return { type: 'document', source, ...(title !== '' && { title }) };
}

/** Of a data URL, or of one that Anthropic fetches. */
function sourceOf(url: string): Block {
  const data = /^data:([^;,]+);base64,(.*)$/s.exec(url);
  return data ? { type: 'base64', media_type: data[1], data: data[2] } : { type: 'url', url };
}

/** Text, or blocks where there is more to it, such as a picture. */
function toolResult(message: ChatMessage): Block {
  const { content } = message;
  const isText =
    !Array.isArray(content) || content.every((part) => Object.keys(part).length === 2 && part.text);
  const result = isText ? messageText(message) : contentBlocks(message);
  return { type: 'tool_result', tool_use_id: message.toolCallId ?? '', content: result };
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
