import { NaraeError } from '../../core/index.js';
import type { LlmPart } from '../spec.js';
import type { EventDecoder } from './decoder.js';
import { htmlError, looksLikeHtml } from './failures.js';
import { SseParser } from './sse-parser.js';

const WHOLE_LIMIT_BYTES = 32 * 1024 * 1024;

type Form =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'events'; readonly parser: SseParser }
  | { readonly kind: 'whole'; readonly chunks: Buffer[]; bytes: number };

/**
 * Reads the body of a successful reply: an event stream, or a whole JSON answer from servers that ignore `stream`.
 * Which one it is shows in its first character, whatever the content type says.
 */
export class ReplyReader {
  readonly #decoder: EventDecoder;
  #form: Form = { kind: 'unknown' };

  constructor(decoder: EventDecoder) {
    this.#decoder = decoder;
  }

  /** Appends the parts that these bytes completed. */
  push(bytes: Buffer, parts: LlmPart[] = []): LlmPart[] {
    if (this.#form.kind === 'unknown') this.#form = recognise(bytes);
    if (this.#form.kind === 'events') this.#readBytes(this.#form.parser, bytes, parts);
    else if (this.#form.kind === 'whole') collect(this.#form, bytes);
    return parts;
  }

  /** The same of bytes that came together. Once events are recognised by their bytes, all of them are at once. */
  pushAll(chunks: readonly Buffer[], parts: LlmPart[]): void {
    let next = 0;
    while (next < chunks.length && !this.#decoder.readsBytes) this.push(chunks[next++] as Buffer, parts);
    if (next === chunks.length) return;
    this.push(
      next === chunks.length - 1 ? (chunks[next] as Buffer) : Buffer.concat(chunks.slice(next)),
      parts,
    );
  }

  /** The last parts. Throws `llm_stream_broken` unless the upstream said why its answer ended. */
  end(): LlmPart[] {
    const parts: LlmPart[] = [];
    if (this.#form.kind === 'whole')
      this.#readWhole(Buffer.concat(this.#form.chunks).toString('utf8'), parts);
    else if (this.#form.kind === 'events') this.#readLastEvent(this.#form.parser, parts);
    if (this.#decoder.finish === undefined) throw broken('the stream ended without a finish reason');
    return parts;
  }

  #readBytes(parser: SseParser, bytes: Buffer, parts: LlmPart[]): void {
    const read = parser.isBetweenEvents ? (this.#decoder.readBytes?.(bytes, parts) ?? 0) : 0;
    if (read < bytes.length) this.#readEvents(parser.push(bytes.subarray(read)), parts);
  }

  #readEvents(events: ReturnType<SseParser['push']>, parts: LlmPart[]): void {
    for (const event of events) if (!this.#decoder.closed) this.#decoder.read(event, parts);
  }

  /** A cut event at the very end is a broken stream, not a malformed one. */
  #readLastEvent(parser: SseParser, parts: LlmPart[]): void {
    try {
      this.#readEvents(parser.end(), parts);
    } catch (error) {
      if (error instanceof NaraeError && error.code === 'llm_malformed')
        throw broken('the last event is cut');
      throw error;
    }
  }

  #readWhole(text: string, parts: LlmPart[]): void {
    if (looksLikeHtml(text)) throw htmlError(200);
    this.#decoder.readWhole(parseWhole(text), parts);
  }
}

function recognise(bytes: Buffer): Form {
  const first = bytes.toString('latin1').trimStart()[0];
  if (first === undefined) return { kind: 'unknown' };
  if (first === '{' || first === '<') return { kind: 'whole', chunks: [], bytes: 0 };
  return { kind: 'events', parser: new SseParser() };
}

function collect(whole: Extract<Form, { kind: 'whole' }>, bytes: Buffer): void {
  whole.chunks.push(bytes);
  whole.bytes += bytes.byteLength;
  if (whole.bytes > WHOLE_LIMIT_BYTES)
    throw new NaraeError('llm_malformed', {
      values: { reason: `an answer over ${WHOLE_LIMIT_BYTES} bytes` },
    });
}

function parseWhole(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw broken('the body is neither an event stream nor complete JSON', cause);
  }
}

function broken(reason: string, cause?: unknown): NaraeError {
  return new NaraeError('llm_stream_broken', { values: { reason }, cause });
}
