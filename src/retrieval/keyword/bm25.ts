/** Okapi BM25 (Robertson & Zaragoza 2009), with their usual constants. */
export const K1 = 1.2;
export const B = 0.75;

/** Never negative, as in Lucene: ln(1 + (N - n + 0.5) / (n + 0.5)). */
export function inverseDocumentFrequency(documentFrequency: number, docCount: number): number {
  return Math.log(1 + (docCount - documentFrequency + 0.5) / (documentFrequency + 0.5));
}

/** A term's share of a document's score is `weight × tf / (tf + fixed + perLength × length)`. */
export interface LengthNorm {
  readonly fixed: number;
  readonly perLength: number;
}

export function lengthNorm(averageLength: number): LengthNorm {
  return { fixed: K1 * (1 - B), perLength: (K1 * B) / Math.max(averageLength, 1) };
}

/** Upper bound of a term's share, whatever the document, is its weight. */
export function termWeight(documentFrequency: number, docCount: number): number {
  return (K1 + 1) * inverseDocumentFrequency(documentFrequency, docCount);
}
