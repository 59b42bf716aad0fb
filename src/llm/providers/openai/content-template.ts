import { asRecord, asText } from '../../upstream/decoder.js';
import { messageFields } from './fields.js';

/** Characters that JSON text escapes; a piece without them is its own JSON. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them.
const ESCAPED = /["\\\u0000-\u001f]/;
const BEYOND_ASCII = /[\u0080-\u00ff]/;
/** Takes the text's place when a template is tried. */
const PROBE = 'probe';
const NO_BYTES = Buffer.alloc(0);
/** Events that are tried as a template. A server whose events all differ must not be parsed twice for ever. */
const TRIES_LIMIT = 4;

export interface TemplateText {
  readonly text: string;
  /** Bytes that were read. */
  readonly end: number;
}

/**
 * Most events of a stream differ in nothing but their text. Once one of them was parsed, those that are alike before
 * and after the text need no parsing: what stands between is the text.
 *
 *   {"id":"c1", … "delta":{"content":"          Hello          "},"finish_reason":null}]}
 *   └───────────── before ─────────────┘└── text ──┘└───────────── after ──────────────┘
 *
 * Any difference, and any character in the text that JSON would escape, sends the event to the parser.
 */
export class ContentTemplate {
  #before = '';
  #after = '';
  /** The same as bytes of a whole event. */
  #head = NO_BYTES;
  #tail = NO_BYTES;
  /** What stands between the texts of two events that follow each other; a character is a byte. */
  #between = '';
  #triesLeft = TRIES_LIMIT;

  /** The text of an event that fits; undefined when it has to be parsed. */
  read(data: string): string | undefined {
    const from = this.#before.length;
    const to = data.length - this.#after.length;
    if (from === 0 || to < from) return undefined;
    // `startsWith` and `endsWith` look at one character after another; comparing whole strings does not.
    if (data.slice(0, from) !== this.#before || data.slice(to) !== this.#after) return undefined;
    const text = data.slice(from, to);
    return ESCAPED.test(text) ? undefined : text;
  }

  /** True once there is something that bytes can be compared with. */
  get isKnown(): boolean {
    return this.#head.length > 0;
  }

  /** The text of the events at the beginning of these bytes that all fit, and where they end; undefined for none. */
  readBytes(bytes: Buffer): TemplateText | undefined {
    const from = this.#head.length;
    if (from === 0 || bytes.length < from || this.#head.compare(bytes, 0, from) !== 0) return undefined;
    const to = this.#lastTail(bytes);
    if (to < from) return undefined;
    const isOne = to < 2 * from + this.#tail.length;
    const text = isOne ? bytes.toString('utf8', from, to) : this.#joined(bytes.toString('latin1', from, to));
    return ESCAPED.test(text) ? undefined : { text, end: to + this.#tail.length };
  }

  #lastTail(bytes: Buffer): number {
    const at = bytes.length - this.#tail.length;
    return at >= 0 && this.#tail.compare(bytes, at) === 0 ? at : bytes.lastIndexOf(this.#tail);
  }

  /** The texts without what stands between them. Byte by byte, for little of it is text that needs decoding. */
  #joined(events: string): string {
    const between = this.#between;
    let text = '';
    let from = 0;
    for (let at = events.indexOf(between); at >= 0; at = events.indexOf(between, from)) {
      text += events.slice(from, at);
      from = at + between.length;
    }
    text += events.slice(from);
    return BEYOND_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
  }

  /** Learns from an event that was parsed as `body`, if it brought text and nothing else. */
  learn(data: string, body: unknown): void {
    const text = plainContent(body);
    if (this.#triesLeft === 0 || text === '' || ESCAPED.test(text)) return;
    this.#triesLeft--;
    const at = data.lastIndexOf(`"${text}"`) + 1;
    const [before, after] = [data.slice(0, at), data.slice(at + text.length)];
    if (at === 0 || !isTemplate(before, after)) return;
    this.#before = before;
    this.#after = after;
    // An event of several lines of data looks different as bytes.
    const isOneLine = !before.includes('\n') && !after.includes('\n');
    this.#head = isOneLine ? Buffer.from(`data: ${before}`) : NO_BYTES;
    this.#tail = Buffer.from(`${after}\n\n`);
    this.#between = Buffer.from(`${after}\n\ndata: ${before}`).toString('latin1');
  }
}

/** What was found may be another field with the same value, or a key. */
function isTemplate(before: string, after: string): boolean {
  try {
    return plainContent(JSON.parse(before + PROBE + after)) === PROBE;
  } catch {
    return false;
  }
}

/** The text of a chunk that holds nothing else of interest; empty for all others. */
function plainContent(body: unknown): string {
  const chunk = asRecord(body);
  const [choice, ...others] = Array.isArray(chunk?.choices) ? chunk.choices.map(asRecord) : [];
  const delta = asRecord(choice?.delta);
  if (chunk?.error || chunk?.usage || others.length > 0 || choice?.finish_reason || choice?.logprobs)
    return '';
  const extra = delta?.reasoning_content || delta?.reasoning || delta?.refusal || delta?.tool_calls;
  return extra || messageFields(delta) ? '' : asText(delta?.content);
}
