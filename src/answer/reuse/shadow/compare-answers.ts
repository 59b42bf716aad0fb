import { compareFacts } from '../guards/compare.js';
import { readText } from '../guards/read.js';
import type { GuardName } from '../spec.js';

/** Whether two answers to a question tell its asker the same. */
export type AnswerComparison =
  | { readonly kind: 'same'; readonly overlap: number }
  | {
      readonly kind: 'different';
      readonly overlap: number;
      /** What they differ in, and how, with words of both. */
      readonly by: GuardName | 'words';
      readonly why: string;
    };

/** Answers that share less of their words say different things; two runs of one prompt share about 0.5 to 0.8. */
const MIN_OVERLAP = 0.35;

const CITATION = /\[\d{1,3}\]/g;

/**
 * Compares by words, not by meaning: the same numbers, dates and versions, no opposite words, and enough words in
 * common. Unequal numbers alone count as different, which over-reports where one answer merely says more.
 */
export function compareAnswers(reused: string, fresh: string): AnswerComparison {
  const [a, b] = [reused, fresh].map((text) => readText(text.replaceAll(CITATION, ' '))) as [Read, Read];
  const overlap = overlapOf(a, b);
  const differing = compareFacts(a, b, ['number', 'date', 'unit', 'version', 'polarity']);
  if (differing) {
    const { guard, left, right } = differing;
    return { kind: 'different', overlap, by: guard, why: `${guard}: ${left} / ${right}` };
  }
  if (overlap < MIN_OVERLAP)
    return { kind: 'different', overlap, by: 'words', why: `words: ${overlap.toFixed(2)} in common` };
  return { kind: 'same', overlap };
}

type Read = ReturnType<typeof readText>;

/** Of the shorter answer's words, the share that the other has: a longer answer may say the same and more. */
function overlapOf(a: Read, b: Read): number {
  const [short, long] = a.terms.length <= b.terms.length ? [a.terms, b.terms] : [b.terms, a.terms];
  if (short.length === 0) return long.length === 0 ? 1 : 0;
  const forms = new Set(long.flatMap((term) => [...term.forms]));
  return short.filter((term) => [...term.forms].some((form) => forms.has(form))).length / short.length;
}
