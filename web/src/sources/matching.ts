import { isTail, koreanForms, syllableBeforeObjectParticle } from './korean.js';
import { STOP_WORDS } from './stop-words.js';

/** A part of a text, in UTF-16 code units: [start, end). */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** More words than this in a question are not looked for: it bounds the work on a page of text pasted in. */
const WORDS_LIMIT = 64;

/** Latin words are the same when their first letters are: install, installing, installation. */
const PREFIX_LETTERS = 5;

/**
 * Finds the words of `question` in `text` as a reader would: Korean nouns whatever particle follows them,
 * compounds also when written apart (벡터검색, 벡터 검색), English words in their inflected forms.
 * The ranges are sorted and do not touch.
 */
export function findMatches(question: string, text: string): Range[] {
  const words = wordsOf(question);
  const lowerText = lower(text);
  const found = words.flatMap((word) => (isHangul(word) ? findKorean(word, lowerText) : []));
  return joinRanges([...found, ...findLatin(words, lowerText)]);
}

function wordsOf(question: string): string[] {
  const words = lower(question).match(
    /\p{Script=Hangul}+|[\p{L}\p{N}_]+?(?=\p{Script=Hangul}|[^\p{L}\p{N}_]|$)/gu,
  );
  return [...new Set(words)].filter((word) => !STOP_WORDS.has(word)).slice(0, WORDS_LIMIT);
}

/** Lower case without changing any offset: letters whose lower case is longer stay as they are. */
function lower(text: string): string {
  const lowered = text.toLowerCase();
  if (lowered.length === text.length) return lowered;
  return [...text]
    .map((letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter))
    .join('');
}

function isHangul(word: string): boolean {
  return /^\p{Script=Hangul}/u.test(word);
}

/** The longest form of the word at each place; where no form stands at all, the pairs of syllables of its stem. */
function findKorean(word: string, text: string): Range[] {
  const syllable = word.length === 1 ? word : syllableBeforeObjectParticle(word);
  if (syllable !== undefined) return findSyllable(syllable, text);
  const forms = koreanForms(word).filter((form) => !STOP_WORDS.has(form));
  const stem = forms.at(-1);
  if (stem === undefined) return [];
  const found = occurrences(stem, text).map((start) => ({ start, end: longestFormEnd(forms, text, start) }));
  return found.length > 0 || stem.length < 3 ? found : findPairs(stem, text);
}

function longestFormEnd(forms: readonly string[], text: string, start: number): number {
  const form = forms.find((candidate) => text.startsWith(candidate, start));
  return start + (form?.length ?? 0);
}

/** A noun of one syllable counts only as a whole word: 키, 키를, but not 키보드. */
function findSyllable(word: string, text: string): Range[] {
  return [...text.matchAll(/\p{Script=Hangul}+/gu)]
    .filter(([run]) => run.startsWith(word) && isTail(run.slice(1)))
    .map(({ index }) => ({ start: index, end: index + 1 }));
}

/** Runs of the stem's syllable pairs, such as a compound written apart; a lone pair inside a longer word is chance. */
function findPairs(stem: string, text: string): Range[] {
  const pairs = Array.from({ length: stem.length - 1 }, (_, at) => stem.slice(at, at + 2));
  const found = pairs.flatMap((pair) => occurrences(pair, text).map((start) => ({ start, end: start + 2 })));
  return joinRanges(found).filter(({ start, end }) => end - start > 2 || startsWord(text, start));
}

function startsWord(text: string, at: number): boolean {
  return !/\p{Script=Hangul}/u.test(text[at - 1] ?? '');
}

function occurrences(part: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) places.push(at);
  return places;
}

function findLatin(words: readonly string[], text: string): Range[] {
  const keys = new Set(words.filter((word) => !isHangul(word)).flatMap(latinKeys));
  if (keys.size === 0) return [];
  return [...text.matchAll(/(?:(?!\p{Script=Hangul})[\p{L}\p{N}])+/gu)]
    .filter(([word]) => keys.has(latinKey(word)))
    .map(({ 0: word, index }) => ({ start: index, end: index + word.length }));
}

/** `api_key` is looked for by its parts, which is also how it is found in a text. */
function latinKeys(word: string): string[] {
  return word
    .split('_')
    .filter((part) => part !== '' && !STOP_WORDS.has(part))
    .map(latinKey);
}

function latinKey(word: string): string {
  if (/\d/.test(word)) return word;
  const stem = word.length > 4 ? word.replace(/(?:ing|ed|es|ly)$/, '') : word;
  return stem.replace(/(?<=\w{2}[^s])s$|(?<=\w{2})e$/, '').slice(0, PREFIX_LETTERS);
}

/** Sorted, overlapping and adjoining ranges made one. */
function joinRanges(ranges: readonly Range[]): Range[] {
  const joined: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && range.start <= last.end) {
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else joined.push(range);
  }
  return joined;
}
