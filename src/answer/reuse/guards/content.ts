import type { Reading, Term } from './reading.js';

export interface Alignment {
  /** Matched weight by all weight, of both sides, 0 to 1; 1 where neither says anything. */
  readonly likeness: number;
  /** Terms without a match. */
  readonly leftOnly: readonly Term[];
  readonly rightOnly: readonly Term[];
}

/** Matches each term with any on the other side; both directions count, so that it is symmetric. */
export function align(left: Reading, right: Reading): Alignment {
  const leftOnly = unmatched(left, right);
  const rightOnly = unmatched(right, left);
  const missing = weightOf(leftOnly) + weightOf(rightOnly) + orderPenalty(left, right);
  const all = weightOf(left.terms) + weightOf(right.terms) + factsOf(left) + factsOf(right);
  return { likeness: Math.max(0, (all - missing) / (all + DOUBT)), leftOnly, rightOnly };
}

/** Weight of what was not said: the fewer words two questions have, the less their agreement proves. */
const DOUBT = 0.4;

/** Facts were compared before, so all of them are matched; each counts as a word. */
function factsOf({ facts }: Reading): number {
  return Object.values(facts).reduce((sum, list) => sum + list.length, 0);
}

const ORDER_PENALTY = 0.7;

/** English words in another order may play other parts: life after death, death after life. Korean marks the parts. */
function orderPenalty(left: Reading, right: Reading): number {
  if (left.isKorean || right.isKorean) return 0;
  const [a, b] = [left, right].map(({ terms }) => terms.filter(({ weight }) => weight >= 0.25)) as [
    Term[],
    Term[],
  ];
  const isInOrder = a.length === b.length && a.every((term, at) => isSameTerm(term, b[at]!));
  return isInOrder ? 0 : ORDER_PENALTY;
}

function unmatched(from: Reading, to: Reading): Term[] {
  return from.terms.filter(
    (term) => !to.terms.some((other) => isSameTerm(term, other)) && !isInside(term, to),
  );
}

export function isSameTerm(a: Term, b: Term): boolean {
  for (const form of a.forms) if (b.forms.has(form)) return true;
  return isMisspelt(a.key, b.key);
}

/** A compound that is spaced otherwise: `smart phone` has `smartphone`, 음악 볼륨 has 음악볼륨. */
function isInside({ key, forms }: Term, reading: Reading): boolean {
  if (!/\p{Script=Hangul}/u.test(key)) return key.length >= 6 && startsWord(key, reading);
  for (const form of forms) {
    const syllables = form.normalize('NFC');
    if (syllables.length >= 2 && !form.startsWith('=') && startsWord(syllables, reading)) return true;
  }
  return false;
}

/** Only where a word begins: 지메일 is not in 까지 메일. The second part of a compound is found from its own side. */
function startsWord(word: string, { letters, wordStarts }: Reading): boolean {
  for (let at = letters.indexOf(word); at >= 0; at = letters.indexOf(word, at + 1))
    if (wordStarts.has(at)) return true;
  return false;
}

const MIN_MISSPELT = 6;

/** One letter more, less or other in a long Latin word. */
function isMisspelt(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < MIN_MISSPELT || Math.abs(a.length - b.length) > 1 || a[0] !== b[0])
    return false;
  if (/\p{Script=Hangul}/u.test(a)) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  if (start >= Math.min(a.length, b.length) - 2) return false;
  return restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1);
}

/** A word that is said twice says no more. */
function weightOf(terms: readonly Term[]): number {
  return [...new Map(terms.map((term) => [term.key, term.weight])).values()].reduce(
    (sum, weight) => sum + weight,
    0,
  );
}
