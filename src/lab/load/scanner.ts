/** What one event of a stream means to a measurement. */
export type StreamSign =
  /** Text, reasoning or a piece of a tool call. */
  | { readonly kind: 'content' }
  | { readonly kind: 'finish' }
  | { readonly kind: 'usage'; readonly completionTokens: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'malformed'; readonly message: string };

const CONTENT: StreamSign = { kind: 'content' };
const FINISH: StreamSign = { kind: 'finish' };
const DONE: StreamSign = { kind: 'done' };

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const LONE_RETURN = /\r(?!\n)/;
/** As UTF-8, read as Latin-1. */
const BYTE_ORDER_MARK = '\u00EF\u00BB\u00BF';
const EVENT_LIMIT_BYTES = 32 * 1024 * 1024;

/**
 * Finds in an OpenAI stream what a measurement needs, at the cost of a search: an event whose text shows that it
 * brings content and nothing else is not parsed. All others are.
 *
 * Bytes are read as Latin-1: the structure of JSON is ASCII, so it is found whatever encoding the text between is.
 * Lines may end in LF, CR or CRLF; where one is cut in two, an empty line comes of it, which means nothing here.
 */
export class StreamScanner {
  readonly #onSign: (sign: StreamSign) => void;
  /** The beginning of a line whose end has not come. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #atStart = true;

  constructor(onSign: (sign: StreamSign) => void) {
    this.#onSign = onSign;
  }

  /** Reads bytes, however they are cut. */
  push(bytes: Buffer): void {
    const end = lastLineEnd(bytes);
    if (end > 0) this.#readLines(this.#takeText(bytes.subarray(0, end)));
    if (end < bytes.byteLength) this.#keep(bytes.subarray(end));
  }

  /** Whole lines, each with a line feed at its end; a return before it is white space to those who read on. */
  #takeText(bytes: Buffer): string {
    const text = this.#takePending(bytes).toString('latin1');
    return LONE_RETURN.test(text) ? text.replaceAll('\r', '\n') : text;
  }

  #takePending(bytes: Buffer): Buffer {
    if (this.#pending.length === 0) return bytes;
    const whole = Buffer.concat([...this.#pending, bytes]);
    this.#pending = [];
    this.#pendingBytes = 0;
    return whole;
  }

  #keep(bytes: Buffer): void {
    if (this.#pendingBytes > EVENT_LIMIT_BYTES) return;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.byteLength;
    if (this.#pendingBytes > EVENT_LIMIT_BYTES)
      this.#onSign({ kind: 'malformed', message: `one event over ${EVENT_LIMIT_BYTES} bytes` });
  }

  #readLines(text: string): void {
    const start = this.#atStart && text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
    this.#atStart = false;
    for (let from = start; from < text.length; ) {
      const end = text.indexOf('\n', from);
      if (text.startsWith('data:', from)) this.#readData(text, from + 5, end);
      from = end + 1;
    }
  }

  #readData(text: string, from: number, end: number): void {
    if (isPlainContent(text, from, end)) this.#onSign(CONTENT);
    else this.#readEvent(text.slice(from, end).trim());
  }

  #readEvent(data: string): void {
    if (data === '') return;
    if (data === '[DONE]') this.#onSign(DONE);
    else for (const sign of signsOf(data)) this.#onSign(sign);
  }
}

/** Where the last whole line ends, which in most cases is where the bytes do. */
function lastLineEnd(bytes: Buffer): number {
  const end = bytes.lastIndexOf(LINE_FEED) + 1;
  return end === bytes.byteLength ? end : Math.max(end, bytes.lastIndexOf(CARRIAGE_RETURN) + 1);
}

/**
 * Whether the line surely holds a delta with text and no finish reason. Inside a JSON text quotes are escaped, so
 * these patterns cannot come from the text itself.
 */
function isPlainContent(text: string, from: number, end: number): boolean {
  const content = text.indexOf('"content":"', from);
  if (content < 0 || content >= end || text[content + 11] === '"') return false;
  const finish = text.indexOf('"finish_reason":null', from);
  return finish >= 0 && finish < end;
}

interface WireChunk {
  readonly error?: unknown;
  readonly choices?: readonly WireChoice[];
  readonly usage?: { readonly completion_tokens?: number } | null;
}

interface WireChoice {
  readonly delta?: {
    readonly content?: unknown;
    readonly reasoning_content?: unknown;
    readonly reasoning?: unknown;
    readonly refusal?: unknown;
    readonly tool_calls?: unknown;
  };
  readonly finish_reason?: unknown;
}

function signsOf(data: string): StreamSign[] {
  const chunk = parse(data);
  if (!chunk) return [{ kind: 'malformed', message: `not a JSON object: ${data.slice(0, 80)}` }];
  if (chunk.error) return [{ kind: 'error', message: errorMessage(chunk.error) }];
  const [choice] = chunk.choices ?? [];
  const tokens = chunk.usage?.completion_tokens;
  return [
    ...(hasContent(choice?.delta) ? [CONTENT] : []),
    ...(typeof choice?.finish_reason === 'string' ? [FINISH] : []),
    ...(typeof tokens === 'number' ? [{ kind: 'usage', completionTokens: tokens } as const] : []),
  ];
}

function parse(data: string): WireChunk | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function hasContent(delta: WireChoice['delta'] | null): boolean {
  if (!delta) return false;
  const { content, reasoning_content: thinking, reasoning, refusal, tool_calls: calls } = delta;
  return Boolean(content || thinking || reasoning || refusal || (Array.isArray(calls) && calls.length > 0));
}

/** The message of an error object, or the object itself, as one short line. */
function errorMessage(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(typeof message === 'string' ? message : JSON.stringify(message)).slice(0, 200);
}
