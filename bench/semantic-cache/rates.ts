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

/** Least cosines that are tried together with the guards. */
const COSINES = Array.from({ length: 14 }, (_, at) => 0.3 + at * 0.05);

/** Guards with the pair of least cosine and least likeness that stays within the limit in these very pairs and hits most. */
export function guardedAtLimit(pairs: readonly ScoredPair[]): GuardedPoint {
  const points = COSINES.map((cosine) => guardedFrom(pairs, cosine));
  return points.reduce((best, point) => (point.rates.hitRate > best.rates.hitRate ? point : best));
}

export interface GuardedPoint extends OperatingPoint {
  readonly cosine: number;
}

function guardedFrom(pairs: readonly ScoredPair[], cosine: number): GuardedPoint {
  const passed = pairs.filter(guarded({ minSimilarity: cosine, minLikeness: { korean: 0, other: 0 } }));
  const threshold = lowestWithinLimit(passed, ({ likeness }) => likeness);
  const minLikeness = { korean: threshold, other: threshold };
  return { threshold, cosine, rates: ratesOf(pairs, guarded({ minSimilarity: cosine, minLikeness })) };
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
