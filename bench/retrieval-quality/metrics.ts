/** Averages over questions, each 0 to 1, looking at the first 10 results. */
export interface Quality {
  readonly ndcg: number;
  readonly recall: number;
  readonly mrr: number;
}

const CUTOFF = 10;

/** Binary relevance; nDCG with the usual discount 1 / log2(rank + 1) (Järvelin & Kekäläinen 2002). */
export function judge(ranked: readonly string[], relevant: ReadonlySet<string>): Quality {
  const found = ranked.slice(0, CUTOFF).map((id) => relevant.has(id));
  const first = found.indexOf(true);
  const hits = found.filter(Boolean).length;
  return {
    ndcg: gain(found) / gain(Array(Math.min(CUTOFF, relevant.size)).fill(true)),
    recall: hits / relevant.size,
    mrr: first < 0 ? 0 : 1 / (first + 1),
  };
}

function gain(found: readonly boolean[]): number {
  return found.reduce((sum, hit, at) => sum + (hit ? 1 / Math.log2(at + 2) : 0), 0);
}

export function average(qualities: readonly Quality[]): Quality {
  const mean = (pick: (quality: Quality) => number) =>
    qualities.reduce((sum, quality) => sum + pick(quality), 0) / Math.max(1, qualities.length);
  return { ndcg: mean((q) => q.ndcg), recall: mean((q) => q.recall), mrr: mean((q) => q.mrr) };
}
