import { NaraeError } from '../../core/index.js';

/** What a chat request asks for, whatever its dialect. */
export interface ChatCall {
  readonly model: string;
  readonly stream: boolean;
  /** OpenAI streams report usage only when asked. */
  readonly includeUsage: boolean;
  readonly maxTokens: number | undefined;
  /** Text of the last user message: the question, with passages where there are any. */
  readonly question: string;
  /** Characters of the whole prompt. */
  readonly promptCharacters: number;
  /** The first tool that the request offers. */
  readonly toolName: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const MODEL_LIMIT_CHARACTERS = 300;

/** Reads a request of either dialect. Throws `invalid_request` with the field that is missing or wrong. */
export function readChatCall(body: unknown): ChatCall {
  const fields = asRecord(body);
  if (!fields) throw refused('body', 'The body must be a JSON object.');
  if (!Array.isArray(fields.messages)) throw refused('messages', 'The field "messages" is missing.');
  const messages = fields.messages.map((message) => asRecord(message) ?? {});
  const texts = messages.map((message) => contentText(message.content));
  const system = contentText(fields.system);
  return {
    model: readModel(fields),
    stream: fields.stream === true,
    includeUsage: asRecord(fields.stream_options)?.include_usage === true,
    maxTokens: readLimit(fields.max_completion_tokens ?? fields.max_tokens),
    question: texts[messages.findLastIndex(({ role }) => role === 'user')] ?? '',
    promptCharacters: texts.reduce((total, text) => total + text.length, system.length),
    toolName: readToolName(fields.tools),
  };
}

/** The model's name. Throws `invalid_request` when there is none, or one that is too long to be kept in counts. */
export function readModel({ model }: Fields): string {
  if (typeof model !== 'string') throw refused('model', 'The field "model" is missing.');
  if (model.length <= MODEL_LIMIT_CHARACTERS) return model;
  throw refused('model', `The model's name is over ${MODEL_LIMIT_CHARACTERS} characters.`);
}

function readLimit(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw refused('max_tokens', 'max_tokens must be a whole number above 0.');
}

/** OpenAI nests the name in `function`, Anthropic does not. */
function readToolName(tools: unknown): string | undefined {
  const tool = Array.isArray(tools) ? asRecord(tools[0]) : undefined;
  const name = asRecord(tool?.function)?.name ?? tool?.name;
  return typeof name === 'string' ? name : undefined;
}

/** Content is text or a list of parts. */
function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => asRecord(part)?.text ?? '').join('\n');
}

export function asRecord(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function refused(field: string, reason: string): NaraeError {
  return new NaraeError('invalid_request', { field, values: { reason } });
}
