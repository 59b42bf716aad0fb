import { endsSentence } from '../../providers/extractive/sentences.js';
import type { StopRule } from './rule.js';

/**
 * Where a sentence may end: stops with closing marks and the citations that belong to the sentence, or an empty
 * line. A single line end is none: lists and wrapped lines have many.
 */
const END = /[.!?。！？…]+["'”’»)\]】」』]*(?:[ ]?\[\d{1,3}\])*|\n(?=\s*\n)/g;
/** What may still become a citation of the sentence before it, or only white space. */
const UNDECIDED = /^\s*(?:\[\d{0,3})?$/;
/** An item's number at the beginning of a line. */
const ITEM_NUMBER = /(?:^|\n)\s*\d{1,3}$/;
/** So much white space after a sentence decides that it has ended. */
const LONGEST_UNDECIDED = 16;
/** A sentence longer than this is forgotten from its beginning. */
const LONGEST_SENTENCE = 4_096;

/**
 * From `after` characters on, the end of a sentence ends the answer. Not inside a code fence; knows abbreviations,
 * decimals and item numbers, and waits for the next word, so that a citation after the full stop still comes along.
 */
export class SentenceRule implements StopRule {
  readonly name = 'sentence';
  readonly reason = 'stop';
  cutAt: number | undefined;
  holdFrom: number | undefined;
  readonly #after: number;
  /** The sentence under way, and where it begins in the answer. */
  #sentence = '';
  #start = 0;
  #insideFence = false;

  constructor(after: number) {
    this.#after = after;
  }

  push(text: string): void {
    this.#sentence += text;
    this.holdFrom = undefined;
    while (this.cutAt === undefined) {
      const end = this.#nextEnd();
      if (end === undefined) break;
      const fenced = this.#insideFence !== hasOddFences(this.#sentence.slice(0, end));
      if (!fenced && this.#start + end >= this.#after) this.cutAt = this.#start + end;
      else this.#forget(end);
    }
    if (this.#sentence.length > LONGEST_SENTENCE) this.#forget(this.#sentence.length - LONGEST_SENTENCE / 2);
  }

  /** The end of the sentence under way; undefined when it is not here, or not certain, yet. */
  #nextEnd(): number | undefined {
    for (const match of this.#sentence.matchAll(END)) {
      const end = match[0] === '\n' ? match.index : match.index + match[0].length;
      const rest = this.#sentence.slice(end);
      if (UNDECIDED.test(rest) && rest.length < LONGEST_UNDECIDED) {
        if (this.#start + end >= this.#after) this.holdFrom = this.#start + end;
        return undefined;
      }
      if (this.#isEnd(match.index, end)) return end;
    }
    return undefined;
  }

  #isEnd(stop: number, end: number): boolean {
    const before = this.#sentence.slice(0, stop);
    if (this.#sentence[stop] === '\n') return before.trim() !== '';
    return !ITEM_NUMBER.test(before) && endsSentence(this.#sentence, 0, stop, end);
  }

  #forget(length: number): void {
    if (hasOddFences(this.#sentence.slice(0, length))) this.#insideFence = !this.#insideFence;
    this.#start += length;
    this.#sentence = this.#sentence.slice(length);
  }
}

function hasOddFences(text: string): boolean {
  return text.split('```').length % 2 === 0;
}
