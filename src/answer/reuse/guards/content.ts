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
  const all = weightOf(left.terms) + weightOf(right.terms);
  return {
    likeness: all === 0 ? 1 : 1 - (weightOf(leftOnly) + weightOf(rightOnly)) / all,
    leftOnly,
    rightOnly,
  };
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
function isInside({ key, forms }: Term, { letters }: Reading): boolean {
  if (!/\p{Script=Hangul}/u.test(key)) return key.length >= 6 && letters.includes(key);
  for (const form of forms) {
    const syllables = form.normalize('NFC');
    if (syllables.length >= 2 && !form.startsWith('=') && letters.includes(syllables)) return true;
  }
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
  return restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1);
}

function weightOf(terms: readonly Term[]): number {
  return terms.reduce((sum, { weight }) => sum + weight, 0);
}
