import { CharClass, charClass } from './char-class.js';
import { foldText } from './fold.js';
import { camelParts, isJoiner } from './identifiers.js';

/** Changes whenever the same text may give other terms; stored with every keyword segment. */
export const ANALYSER_REVISION = 1;

/** Longer words also count by their first letters, which joins most inflected forms without a stemmer. */
const PREFIX_LENGTH = 5;

/** A longer run of letters is data, not a word: only this much of it becomes a term. */
const MAX_TERM_LENGTH = 64;

/**
 * The terms of a text, in order and with repetitions.
 *
 * Hangul, Han, kana and other scripts without word spaces become bigrams of characters, a lone character itself.
 * Other words are lower-cased and kept whole, and also as a prefix of 5 characters when longer. Identifiers, paths,
 * versions and hyphenated words (`fileName`, `max_tokens`, `src/core`, `3.11`) count whole as well as by their parts.
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
  if (parts > 1) terms.push(text.slice(start, Math.min(end, start + MAX_TERM_LENGTH)).toLowerCase());
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
  const humps = camelParts(part);
  if (humps.length > 1) for (const hump of humps) addTerm(hump, terms);
}

function addTerm(word: string, terms: string[]): void {
  const term = word.slice(0, MAX_TERM_LENGTH).toLowerCase();
  terms.push(term);
  if (term.length > PREFIX_LENGTH) terms.push(term.slice(0, PREFIX_LENGTH));
}
