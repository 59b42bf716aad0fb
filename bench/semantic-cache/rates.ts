import { type Interval, wilsonInterval } from '../../dist/answer/reuse/index.js';
import { cosineAlone, guarded, type Rule, type ScoredPair } from './scored.js';

export interface Rates {
  readonly reused: number;
  readonly wrong: number;
  /** Pairs of one meaning that were reused, by all pairs of one meaning. */
  readonly hitRate: number;
  /** Reuses of pairs of two meanings, by all reuses: what somebody who gets a reused answer risks. */
  readonly falseHitRate: number;
  /** 95 % confidence (Wilson) of `falseHitRate`. */
  readonly interval: Interval;
  /** Reuses of pairs of two meanings, by all pairs of two meanings. */
  readonly wrongByNegatives: number;
}

export function ratesOf(pairs: readonly ScoredPair[], rule: Rule): Rates {
  const reused = pairs.filter(rule);
  const wrong = reused.filter(({ same }) => !same).length;
  const positives = pairs.filter(({ same }) => same).length;
  return {
    reused: reused.length,
    wrong,
    hitRate: ratio(reused.length - wrong, positives),
    falseHitRate: ratio(wrong, reused.length),
    interval: wilsonInterval(wrong, reused.length),
    wrongByNegatives: ratio(wrong, pairs.length - positives),
  };
}

/** NaN without cases: nothing can be said. */
function ratio(count: number, all: number): number {
  return all === 0 ? Number.NaN : count / all;
}

export const FALSE_HIT_LIMIT = 0.01;

/** A threshold and what it gives; infinite where none stays within the limit. */
export interface OperatingPoint {
  readonly threshold: number;
  readonly rates: Rates;
}

/** Cosine alone at the lowest threshold that stays within the limit, in these very pairs: its best case. */
export function plainAtLimit(pairs: readonly ScoredPair[]): OperatingPoint {
  const threshold = lowestWithinLimit(pairs, ({ similarity }) => similarity);
  return { threshold, rates: ratesOf(pairs, cosineAlone(threshold)) };
}

/** Guards at the lowest likeness that stays within the limit, in these very pairs: their best case. */
export function guardedAtLimit(pairs: readonly ScoredPair[]): OperatingPoint {
  const passed = pairs.filter(guarded({ minLikeness: { korean: 0, other: 0 } }));
  const least = lowestWithinLimit(passed, ({ likeness }) => likeness);
  return {
    threshold: least,
    rates: ratesOf(pairs, guarded({ minLikeness: { korean: least, other: least } })),
  };
}

function lowestWithinLimit(pairs: readonly ScoredPair[], scoreOf: (pair: ScoredPair) => number): number {
  const sorted = pairs
    .map((pair) => ({ score: scoreOf(pair), same: pair.same }))
    .sort((a, b) => b.score - a.score);
  let [wrong, lowest] = [0, Number.POSITIVE_INFINITY];
  sorted.forEach(({ same, score }, at) => {
    if (!same) wrong++;
    const isLastOfItsScore = sorted[at + 1]?.score !== score;
    if (isLastOfItsScore && wrong / (at + 1) <= FALSE_HIT_LIMIT) lowest = score;
  });
  return lowest;
}
