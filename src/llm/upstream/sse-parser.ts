import { StringDecoder } from 'node:string_decoder';
import { NaraeError } from '../../core/index.js';

export interface SseEvent {
  /** The `event:` field; empty when the event had none. */
  readonly event: string;
  /** The `data:` lines, joined by newlines. */
  readonly data: string;
}

/** Largest event that is read, in UTF-16 code units. A longer one is not an answer but a fault. */
export const SSE_EVENT_LIMIT_CHARACTERS = 16 * 1024 * 1024;

const DATA = 'data: ';
const FIRST_NON_ASCII = 0x80;

/**
 * Server-sent events from bytes, however they are cut: within a line, a CRLF or a UTF-8 character. Lines may end
 * in LF, CR or CRLF; comments, ids and retry hints are dropped. Each character is looked at once, so that an
 * upstream that sends single bytes costs no more than linear time.
 * Throws `llm_malformed` when one event is over the limit.
 */
export class SseParser {
  readonly #decoder = new StringDecoder('utf8');
  readonly #limit: number;
  /** The bytes so far may end in the middle of a character. */
  #isCut = false;
  #line = '';
  #data: string | undefined;
  #event = '';
  #skipLineFeed = false;
  #atStart = true;

  constructor(limitCharacters: number = SSE_EVENT_LIMIT_CHARACTERS) {
    this.#limit = limitCharacters;
  }

  /** The events that these bytes completed. */
  push(bytes: Buffer): SseEvent[] {
    return this.#read(this.#decode(bytes));
  }

  /** What was under way when the bytes ended; some servers leave out the last blank line. */
  end(): SseEvent[] {
    return this.#read(`${this.#decoder.end()}\n\n`);
  }

  /** Bytes that end in ASCII end no character in the middle: only others need a decoder that remembers. */
  #decode(bytes: Buffer): string {
    const last = bytes[bytes.length - 1];
    if (last === undefined) return '';
    const isPlain = last < FIRST_NON_ASCII && !this.#isCut;
    this.#isCut = last >= FIRST_NON_ASCII;
    return isPlain ? bytes.toString('utf8') : this.#decoder.write(bytes);
  }

  #read(decoded: string): SseEvent[] {
    const text = this.#withoutStart(decoded);
    const events: SseEvent[] = [];
    const hasReturns = text.includes('\r');
    let from = 0;
    for (;;) {
      const end = hasReturns ? lineEnd(text, from) : text.indexOf('\n', from);
      if (end < 0) break;
      if (this.#isWholeEvent(text, from, end)) {
        events.push({ event: '', data: text.slice(from + DATA.length, end) });
        from = end + 2;
        continue;
      }
      const line = this.#line + text.slice(from, end);
      this.#line = '';
      this.#takeLine(line, events);
      from = this.#afterLineEnd(text, end);
    }
    this.#line += text.slice(from);
    this.#checkSize();
    return events;
  }

  /** Nearly every event: one line of data and a blank one, at hand as a whole. */
  #isWholeEvent(text: string, from: number, end: number): boolean {
    return (
      text[end + 1] === '\n' &&
      text[end] === '\n' &&
      this.#line === '' &&
      this.#data === undefined &&
      this.#event === '' &&
      end - from <= this.#limit &&
      text.startsWith(DATA, from)
    );
  }

  /** Drops a byte order mark, and the LF of a CRLF whose CR ended the text before. */
  #withoutStart(text: string): string {
    if (text.length === 0) return text;
    const drop = (this.#atStart && text[0] === '\uFEFF') || (this.#skipLineFeed && text[0] === '\n');
    this.#atStart = false;
    this.#skipLineFeed = false;
    return drop ? text.slice(1) : text;
  }

  #afterLineEnd(text: string, end: number): number {
    if (text[end] === '\n') return end + 1;
    if (end + 1 === text.length) this.#skipLineFeed = true;
    return text[end + 1] === '\n' ? end + 2 : end + 1;
  }

  #takeLine(line: string, events: SseEvent[]): void {
    if (line === '') this.#dispatch(events);
    else if (line.startsWith('data:')) this.#addData(fieldValue(line, 5));
    else if (line.startsWith('event:')) this.#event = fieldValue(line, 6);
    else if (line === 'data') this.#addData('');
  }

  #addData(value: string): void {
    this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    this.#checkSize();
  }

  #dispatch(events: SseEvent[]): void {
    if (this.#data !== undefined) events.push({ event: this.#event, data: this.#data });
    this.#data = undefined;
    this.#event = '';
  }

  #checkSize(): void {
    if (this.#line.length + (this.#data?.length ?? 0) <= this.#limit) return;
    throw new NaraeError('llm_malformed', { values: { reason: `one event over ${this.#limit} characters` } });
  }
}

function lineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  const carriage = text.indexOf('\r', from);
  if (feed < 0 || carriage < 0) return Math.max(feed, carriage);
  return Math.min(feed, carriage);
}

function fieldValue(line: string, from: number): string {
  return line.slice(line[from] === ' ' ? from + 1 : from);
}
