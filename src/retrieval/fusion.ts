/** A candidate in both rankers' eyes; a document that one ranker did not return still has that ranker's score. */
export interface Candidate<Id> {
  readonly id: Id;
  readonly vector: number;
  readonly keyword: number;
}

export interface Fused<Id> {
  readonly id: Id;
  /** 0 to 1. */
  readonly score: number;
}

/**
 * Weighted sum of scores that are min–max-normalised over the candidates: `weight` for the vector side, the rest for
 * the keyword side. Best first; equal scores keep the order of the candidates.
 */
export function fuseWeighted<Id>(candidates: readonly Candidate<Id>[], weight: number): Fused<Id>[] {
  const vector = normaliser(candidates.map((candidate) => candidate.vector));
  const keyword = normaliser(candidates.map((candidate) => candidate.keyword));
  return ranked(
    candidates.map((candidate) => ({
      id: candidate.id,
      score: weight * vector(candidate.vector) + (1 - weight) * keyword(candidate.keyword),
    })),
  );
}

/** Maps the lowest score to 0 and the highest to 1. When all are equal, all map to 1, or to 0 if none is above 0. */
function normaliser(scores: readonly number[]): (score: number) => number {
  const low = scores.reduce((a, b) => Math.min(a, b), Infinity);
  const range = scores.reduce((a, b) => Math.max(a, b), -Infinity) - low;
  if (range > 0) return (score) => Math.min(1, Math.max(0, (score - low) / range));
  return (score) => (score > 0 ? 1 : 0);
}

/** The constant of Cormack, Clarke & Büttcher 2009. */
export const RRF_K = 60;

/**
 * Reciprocal rank fusion of lists that are best first: the sum of 1 / (60 + rank), divided by the most that is
 * possible. Equal scores keep the order of first appearance.
 */
export function fuseReciprocalRanks<Id>(rankings: readonly (readonly Id[])[]): Fused<Id>[] {
  const sums = new Map<Id, number>();
  for (const ranking of rankings) {
    ranking.forEach((id, at) => {
      sums.set(id, (sums.get(id) ?? 0) + 1 / (RRF_K + at + 1));
    });
  }
  const most = rankings.length / (RRF_K + 1);
  return ranked(Array.from(sums, ([id, sum]) => ({ id, score: Math.min(1, sum / most) })));
}

/** Sorting is stable, which is what breaks ties. */
function ranked<Id>(fused: Fused<Id>[]): Fused<Id>[] {
  return fused.sort((a, b) => b.score - a.score);
}
