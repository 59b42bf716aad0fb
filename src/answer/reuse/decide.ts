import { isSameEvidence } from './evidence.js';
import { comparisonWith } from './guards/compare.js';
import type { ReuseOptions } from './options.js';
import type { AskedQuestion, GuardVerdict, ReuseCandidate, ReuseDecision } from './spec.js';

/**
 * Whether one of the candidates, nearest first, has an answer that serves this question. A miss tells why of the
 * nearest one.
 */
export function decideReuse(
  asked: AskedQuestion,
  candidates: readonly ReuseCandidate[],
  options: ReuseOptions,
): ReuseDecision {
  const compare = comparisonWith(asked.question);
  let miss: ReuseDecision | undefined;
  for (const candidate of candidates.slice(0, options.candidates)) {
    const decision = judge(asked, candidate, compare, options);
    if (decision.kind === 'reuse') return decision;
    miss ??= decision;
  }
  return miss ?? { kind: 'miss', reason: 'no-candidate' };
}

/** The cheap checks come first; all must pass. */
function judge(
  asked: AskedQuestion,
  candidate: ReuseCandidate,
  compare: (question: string) => GuardVerdict,
  options: ReuseOptions,
): ReuseDecision {
  if (candidate.similarity < options.minSimilarity)
    return { kind: 'miss', reason: 'below-threshold', nearest: candidate };
  if (!isSameEvidence(asked.evidence, candidate.evidence, options.evidence))
    return { kind: 'miss', reason: 'evidence-differs', nearest: candidate };
  const verdict = compare(candidate.question);
  if (verdict.kind === 'differ')
    return { kind: 'miss', reason: `guard:${verdict.guard}`, nearest: candidate };
  if (verdict.likeness < leastLikeness(asked.question, options))
    return { kind: 'miss', reason: 'guard:content', nearest: candidate };
  return { kind: 'reuse', candidate, likeness: verdict.likeness };
}

/**
 * Korean questions of one meaning differ in endings, which carry no weight; English ones in small words, which may
 * matter. So one likeness says more in English, and its bound is higher.
 */
function leastLikeness(question: string, { minLikeness }: ReuseOptions): number {
  return HANGUL.test(question) ? minLikeness.korean : minLikeness.other;
}

const HANGUL = /\p{Script=Hangul}/u;
