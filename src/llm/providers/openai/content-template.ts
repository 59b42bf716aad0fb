import { asRecord, asText } from '../../upstream/decoder.js';

/** Characters that JSON text escapes; a piece without them is its own JSON. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them.
const ESCAPED = /["\\\u0000-\u001f]/;
/** Takes the text's place when a template is tried. */
const PROBE = 'probe';
/** Events that are tried as a template. A server whose events all differ must not be parsed twice for ever. */
const TRIES_LIMIT = 4;

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
  return extra ? '' : asText(delta?.content);
}
