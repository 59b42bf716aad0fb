import { NaraeError } from '../../../core/index.js';
import type { ChatMessage } from '../../../llm/spec.js';

/** A message of the state: LangGraph knows each by its id. */
export interface StateMessage {
  readonly id: string;
  readonly message: ChatMessage;
}

/** What a client sends: a message, with an id or without, or the removal of one. */
export type MessageInput =
  | { readonly kind: 'message'; readonly id?: string; readonly message: ChatMessage }
  | { readonly kind: 'remove'; readonly id: string };

const ROLES: ReadonlyMap<unknown, ChatMessage['role']> = new Map([
  ['human', 'user'],
  ['user', 'user'],
  ['HumanMessage', 'user'],
  ['ai', 'assistant'],
  ['assistant', 'assistant'],
  ['AIMessage', 'assistant'],
  ['AIMessageChunk', 'assistant'],
  ['system', 'system'],
  ['SystemMessage', 'system'],
  ['developer', 'developer'],
  ['tool', 'tool'],
  ['ToolMessage', 'tool'],
]);

type Fields = Readonly<Record<string, unknown>>;

/**
 * Messages in any form that LangGraph takes: one or a list of texts, `[role, text]` pairs, dicts with `type` or
 * `role`, or serialised message objects. Throws `state_invalid` naming what does not fit.
 */
export function readMessages(value: unknown, field: string): MessageInput[] {
  if (value === undefined || value === null) return [];
  const isOne = !Array.isArray(value) || isPair(value);
  if (isOne) return [readMessage(value, field)];
  return value.map((one, index) => readMessage(one, `${field}[${index}]`));
}

function isPair(value: readonly unknown[]): boolean {
  return value.length === 2 && ROLES.has(value[0]) && typeof value[1] === 'string';
}

function readMessage(value: unknown, field: string): MessageInput {
  if (typeof value === 'string') return { kind: 'message', message: { role: 'user', content: value } };
  if (Array.isArray(value) && isPair(value)) return readFields({ role: value[0], content: value[1] }, field);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw misfit(field, 'is no message: send an object with "type" and "content"');
  return readFields(plainFields(value as Fields), field);
}

/** `JSON.stringify` of a LangChain message: its class's name and what its constructor was given. */
function plainFields(value: Fields): Fields {
  if (value.lc !== 1 || !Array.isArray(value.id)) return value;
  const kwargs = (value.kwargs ?? {}) as Fields;
  const name = String(value.id.at(-1));
  return { ...kwargs, type: name === 'RemoveMessage' ? 'remove' : name };
}

function readFields(fields: Fields, field: string): MessageInput {
  const id = readText(fields.id, `${field}.id`);
  const kind = fields.type ?? fields.role;
  if (kind === 'remove') {
    if (id === undefined) throw misfit(`${field}.id`, 'is missing: say which message is to go');
    return { kind: 'remove', id };
  }
  const role = ROLES.get(kind);
  if (role === undefined) {
    const name = fields.type === undefined ? 'role' : 'type';
    throw misfit(`${field}.${name}`, 'must be human, ai, system, tool or remove');
  }
  return { kind: 'message', ...(id !== undefined && { id }), message: readContent(role, fields, field) };
}

function readContent(role: ChatMessage['role'], fields: Fields, field: string): ChatMessage {
  const { content = null } = fields;
  if (content !== null && typeof content !== 'string' && !isParts(content))
    throw misfit(`${field}.content`, 'must be text or a list of content parts');
  const name = readText(fields.name, `${field}.name`);
  const toolCallId = readText(fields.tool_call_id, `${field}.tool_call_id`);
  const toolCalls = readToolCalls(fields.tool_calls, `${field}.tool_calls`);
  return {
    role,
    content,
    ...(name !== undefined && { name }),
    ...(toolCallId !== undefined && { toolCallId }),
    ...(toolCalls.length > 0 && { toolCalls }),
  };
}

function isParts(value: unknown): value is readonly Fields[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'object' && part !== null);
}

/** LangChain's tool calls as OpenAI writes them; those of OpenAI stay. */
function readToolCalls(value: unknown, field: string): Fields[] {
  if (value === undefined || value === null) return [];
  if (!isParts(value)) throw misfit(field, 'must be a list of tool calls');
  return value.map((call) =>
    'function' in call
      ? call
      : {
          id: call.id,
          type: 'function',
          function: { name: call.name, arguments: JSON.stringify(call.args ?? {}) },
        },
  );
}

function readText(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value.length > 256)
    throw misfit(field, 'must be a text of 256 characters');
  return value;
}

/** `state_invalid`. */
export function misfit(field: string, problem: string): NaraeError {
  return new NaraeError('state_invalid', { field, values: { reason: `${field} ${problem}` } });
}
