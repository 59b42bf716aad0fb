import { CharClass, charClass } from './char-class.js';
import { foldText } from './fold.js';
import { identifierParts, isJoiner, joinIdentifier } from './identifiers.js';

/** Changes whenever the same text may give other terms; stored with every keyword segment. */
export const ANALYSER_REVISION = 1;

/** Longer words also count by their first letters, which joins most inflected forms without a stemmer. */
const PREFIX_LENGTH = 4;

/** A longer run of letters is data, not a word: only this much of it becomes a term. */
const MAX_TERM_LENGTH = 64;

/** Marks a term as the beginning of a word; no text contains it, since it separates words. */
const WORD_START = '^';

/**
 * The terms of a text, in order and with repetitions.
 *
 * Hangul, Han, kana and other scripts without word spaces become bigrams of characters, a lone character itself; the
 * first bigram counts again as a word's beginning, which is where Korean keeps its stem. Other words are lower-cased
 * and kept whole, without a plural `s`, and as their first 4 characters. Identifiers, paths, versions and hyphenated
 * words (`fileName`, `max_tokens`, `src/core`, `utf8`) count as one as well as by their parts.
 */
export function analyse(text: string): string[] {
  const folded = foldText(text);
  const terms: string[] = [];
  let at = 0;
  while (at < folded.length) {
    const kind = charClass(folded.charCodeAt(at));
    if (kind === CharClass.other) at++;
    else if (kind === CharClass.word) at = addWords(folded, at, terms);
    else at = addBigrams(folded, at, kind, terms);
  }
  return terms;
}

function addBigrams(text: string, start: number, kind: CharClass, terms: string[]): number {
  let end = start + 1;
  while (end < text.length && charClass(text.charCodeAt(end)) === kind) end++;
  if (end - start === 1) terms.push(text.slice(start, end));
  else terms.push(WORD_START + text.slice(start, start + 2));
  for (let at = start; at + 2 <= end; at++) terms.push(text.slice(at, at + 2));
  return end;
}

/** Adds the word that begins at `start` with everything joined to it; returns where it ends. */
function addWords(text: string, start: number, terms: string[]): number {
  let end = wordEnd(text, start);
  let parts = 1;
  addPart(text.slice(start, end), terms);
  while (continues(text, end)) {
    const next = end + 1;
    end = wordEnd(text, next);
    parts++;
    addPart(text.slice(next, end), terms);
  }
  if (parts > 1) terms.push(joinIdentifier(text.slice(start, Math.min(end, start + MAX_TERM_LENGTH))));
  return end;
}

function wordEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && charClass(text.charCodeAt(end)) === CharClass.word) end++;
  return end;
}

function continues(text: string, end: number): boolean {
  return (
    end + 1 < text.length &&
    isJoiner(text.charCodeAt(end)) &&
    charClass(text.charCodeAt(end + 1)) === CharClass.word
  );
}

function addPart(part: string, terms: string[]): void {
  addTerm(part, terms);
  const smaller = identifierParts(part);
  if (smaller.length > 1) for (const piece of smaller) addTerm(piece, terms);
}

function addTerm(word: string, terms: string[]): void {
  const term = word.slice(0, MAX_TERM_LENGTH).toLowerCase();
  terms.push(term);
  if (term.length > PREFIX_LENGTH) terms.push(term.slice(0, PREFIX_LENGTH));
  if (isPlural(term)) terms.push(term.slice(0, -1));
}

/** Ends in `s` but not in `ss`, `us` or `is`, and is no abbreviation. */
function isPlural(term: string): boolean {
  const last = term.length - 1;
  if (last < 3 || term.charCodeAt(last) !== S) return false;
  const before = term.charCodeAt(last - 1);
  return before !== S && before !== U && before !== I;
}

const [I, S, U] = [...'isu'].map((letter) => letter.charCodeAt(0));
