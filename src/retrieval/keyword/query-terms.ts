import { analyse } from '../text/index.js';
import { termWeight } from './bm25.js';
import type { KeywordSegment, TermEntry } from './segment.js';
import { termHash } from './term-hash.js';

/** More distinct terms than any question has; what a pasted document adds beyond is ignored. */
const MAX_QUERY_TERMS = 1024;

/** Distinct terms of a query, by hash, with how often each stands in it. */
export function queryFrequencies(query: string): ReadonlyMap<number, number> {
  const frequencies = new Map<number, number>();
  for (const term of analyse(query)) {
    const hash = termHash(term);
    const before = frequencies.get(hash);
    if (before === undefined && frequencies.size === MAX_QUERY_TERMS) continue;
    frequencies.set(hash, (before ?? 0) + 1);
  }
  return frequencies;
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
  for (const [hash, queryFrequency] of queryFrequencies(query)) {
    const entries = segments.map((segment) => segment.find(hash));
    const documentFrequency = entries.reduce((sum, entry) => sum + (entry?.documentFrequency ?? 0), 0);
    if (documentFrequency > 0) {
      terms.push({ weight: termWeight(documentFrequency, docCount, queryFrequency), entries });
    }
  }
  return terms;
}
