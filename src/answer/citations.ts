import type { Citation } from '../llm/spec.js';
import { CodeSpans } from './code-spans.js';
import { canContinue, type Marker, readMarker } from './marker.js';

/** Occurrences that are remembered; all are checked. */
const CITATIONS_LIMIT = 1_000;

/** Text without these needs no look at its characters. */
const SPECIAL = /[[【［`~\\]| $/;
const SPECIAL_IN_CODE = /[`~\n]/;

/**
 * Checks `[n]` markers as a text passes in pieces: markers that point at no source are removed, other ways of
 * writing them (`[1, 2]`, `[1-3]`, `【1】`) become `[1][2]`. Code and links stay as they are. Holds back no more
 * than what may still become a marker, and one character after it, to tell a marker from a link. The result does
 * not depend on how the text was cut.
 */
export class CitationFilter {
  /** Every marker that left, in order; at most 1,000. */
  readonly citations: Citation[] = [];
  /** Numbers that were cited. */
  readonly cited = new Set<number>();
  readonly #sourceCount: number;
  readonly #code = new CodeSpans();
  #inCode = false;
  /** A marker that has begun, with the space before it. */
  #pending = '';
  #previous = '';
  #out = '';
  #length = 0;

  /** `sourceCount`: markers from 1 to it point somewhere. */
  constructor(sourceCount: number) {
    this.#sourceCount = sourceCount;
  }

  push(text: string): string {
    if (this.#pending === '' && !(this.#inCode ? SPECIAL_IN_CODE : SPECIAL).test(text))
      return this.#pass(text);
    this.#out = '';
    for (const character of text) this.#take(character);
    return this.#out;
  }

  /** What was held back, once the text is over. */
  end(): string {
    this.#out = '';
    if (this.#pending !== '') this.#settlePending();
    return this.#out;
  }

  #pass(text: string): string {
    if (text === '') return text;
    this.#inCode = this.#code.before(text[0] as string);
    // The run that ended just now may have opened or closed code, which changes what is special.
    if ((this.#inCode ? SPECIAL_IN_CODE : SPECIAL).test(text)) return this.push(text);
    this.#code.takePlain(text);
    this.#previous = text.at(-1) as string;
    this.#length += text.length;
    return text;
  }

  #take(character: string): void {
    if (this.#pending !== '') {
      if (canContinue(this.#pending, character)) {
        this.#pending += character;
        return;
      }
      if (character === '(') this.#emitPending();
      else this.#settlePending();
    }
    this.#inCode = this.#code.before(character);
    if (!this.#inCode && canContinue('', character) && this.#previous !== '\\') this.#pending = character;
    else this.#emit(character);
  }

  /** The pending text is over: a marker is checked, anything else leaves as it is. */
  #settlePending(): void {
    const marker = readMarker(this.#pending);
    if (marker === undefined || this.#isIndex(marker)) this.#emitPending();
    else this.#emitMarker(marker);
  }

  /** `items[0]` in a sentence is an element, not a citation: sources are numbered from 1. */
  #isIndex({ space, numbers }: Marker): boolean {
    return space === '' && numbers.every((n) => n === 0) && /[A-Za-z0-9_)]/.test(this.#previous);
  }

  #emitMarker({ space, numbers }: Marker): void {
    this.#pending = '';
    const valid = numbers.filter((n) => n >= 1 && n <= this.#sourceCount);
    if (valid.length === 0) return;
    this.#emit(space);
    for (const n of valid) this.#cite(n);
  }

  #cite(n: number): void {
    const start = this.#length;
    this.#emit(`[${n}]`);
    this.cited.add(n);
    if (this.citations.length < CITATIONS_LIMIT) this.citations.push({ n, start, end: this.#length });
  }

  #emitPending(): void {
    const text = this.#pending;
    this.#pending = '';
    this.#emit(text);
  }

  #emit(text: string): void {
    for (const character of text) {
      this.#code.before(character);
      this.#code.take(character);
    }
    if (text !== '') this.#previous = text.at(-1) as string;
    this.#out += text;
    this.#length += text.length;
  }
}
