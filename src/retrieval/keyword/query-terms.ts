import { analyse } from '../text/index.js';
import { termWeight } from './bm25.js';
import type { KeywordSegment, TermEntry } from './segment.js';
import { termHash } from './term-hash.js';

/** More distinct terms than any question has; what a pasted document adds beyond is ignored. */
const MAX_QUERY_TERMS = 1024;

/**
 * Hashes of a query's distinct terms. Each counts once: questions repeat words by accident, and saying them once
 * measured better on English and equal on Korean.
 */
export function queryTerms(query: string): ReadonlySet<number> {
  const hashes = new Set<number>();
  for (const term of analyse(query)) {
    if (hashes.size === MAX_QUERY_TERMS) break;
    hashes.add(termHash(term));
  }
  return hashes;
}

/** A query's term in the segments that are searched. */
export interface QueryTerm {
  /** The most that the term can add to a document's score. */
  readonly weight: number;
  /** Its entry in each segment. */
  readonly entries: readonly (TermEntry | undefined)[];
}

/** Looks the terms up. Frequencies count over all segments, so that a document scores alike wherever it lies. */
export function lookUp(query: string, segments: readonly KeywordSegment[], docCount: number): QueryTerm[] {
  const terms: QueryTerm[] = [];
  for (const hash of queryTerms(query)) {
    const entries = segments.map((segment) => segment.find(hash));
    const documentFrequency = entries.reduce((sum, entry) => sum + (entry?.documentFrequency ?? 0), 0);
    if (documentFrequency > 0) {
      terms.push({ weight: termWeight(documentFrequency, docCount), entries });
    }
  }
  return terms;
}
