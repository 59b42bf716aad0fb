import type { StopRule } from './rule.js';

/**
 * Ends the answer before the first of the given texts that is complete. Texts and not regular expressions: of a
 * text it is certain how much has to be held back, and looking for it takes linear time.
 */
export class StopTextRule implements StopRule {
  readonly name = 'stop-text';
  readonly reason = 'stop';
  cutAt: number | undefined;
  holdFrom: number | undefined;
  readonly #texts: readonly string[];
  readonly #longest: number;
  /** The end of what was read: where a stop text may have begun. */
  #tail = '';
  #length = 0;

  constructor(texts: readonly string[]) {
    this.#texts = texts;
    this.#longest = Math.max(...texts.map((text) => text.length));
  }

  push(text: string): void {
    const window = this.#tail + text;
    this.#length += text.length;
    const from = this.#length - window.length;
    const found = firstComplete(window, this.#texts);
    if (found !== undefined) this.cutAt = from + found;
    const begun = longestBeginning(window, this.#texts);
    this.holdFrom = begun === 0 ? undefined : this.#length - begun;
    this.#tail = window.slice(Math.max(0, window.length - this.#longest + 1));
  }
}

/** Start of the text that ends first. */
function firstComplete(window: string, texts: readonly string[]): number | undefined {
  let best: { start: number; end: number } | undefined;
  for (const text of texts) {
    const start = window.indexOf(text);
    const end = start + text.length;
    if (start < 0 || (best !== undefined && end >= best.end && (end > best.end || start >= best.start)))
      continue;
    best = { start, end };
  }
  return best?.start;
}

/** Length of the longest end of `window` with which one of the texts begins. */
function longestBeginning(window: string, texts: readonly string[]): number {
  let longest = 0;
  for (const text of texts) {
    for (let length = Math.min(text.length - 1, window.length); length > longest; length--)
      if (window.endsWith(text.slice(0, length))) longest = length;
  }
  return longest;
}
