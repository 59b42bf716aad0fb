import { compareFacts } from '../guards/compare.js';
import { readText } from '../guards/read.js';

/** Whether two answers to a question tell its asker the same. */
export type AnswerComparison =
  | { readonly kind: 'same'; readonly overlap: number }
  | { readonly kind: 'different'; readonly overlap: number; readonly why: string };

/** Answers that share less of their words say different things; two runs of one prompt share about 0.5 to 0.8. */
const MIN_OVERLAP = 0.35;

const CITATION = /\[\d{1,3}\]/g;

/**
 * Compares by words, not by meaning: the same numbers, dates and versions, no opposite words, and enough words in
 * common. Unequal numbers alone count as different, which over-reports where one answer merely says more.
 */
export function compareAnswers(reused: string, fresh: string): AnswerComparison {
  const [a, b] = [reused, fresh].map((text) => readText(text.replaceAll(CITATION, ' '))) as [Read, Read];
  const overlap = overlapOf(termsOf(a), termsOf(b));
  const differing = compareFacts(a, b, ['number', 'date', 'unit', 'version', 'polarity']);
  if (differing)
    return { kind: 'different', overlap, why: `${differing.guard}: ${differing.left} / ${differing.right}` };
  if (overlap < MIN_OVERLAP)
    return { kind: 'different', overlap, why: `words: ${overlap.toFixed(2)} in common` };
  return { kind: 'same', overlap };
}

type Read = ReturnType<typeof readText>;

function termsOf(reading: Read): ReadonlySet<string> {
  return new Set(reading.terms.map(({ key }) => key));
}

/** Of the smaller answer's words, the share that the other has: a longer answer may say the same and more. */
function overlapOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  if (small.size === 0) return a.size === b.size ? 1 : 0;
  let shared = 0;
  for (const term of small) if (large.has(term)) shared++;
  return shared / small.size;
}
