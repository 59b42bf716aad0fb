import type { Bitmap } from './bitmap.js';
import { lengthNorm } from './bm25.js';
import { lookUp } from './query-terms.js';
import type { KeywordSegment } from './segment.js';
import { SegmentScorer } from './segment-scorer.js';
import { type Hit, TopK } from './top-k.js';

export interface LiveSegment {
  readonly segment: KeywordSegment;
  /** Documents that are gone but not merged away. They still count in the statistics until then. */
  readonly deleted?: Bitmap | undefined;
}

/** A document: index of its segment among the searched ones, and its number there. */
export interface DocRef {
  readonly segment: number;
  readonly doc: number;
}

export interface KeywordSearchOptions {
  /** For each segment the documents that may be found; `undefined` allows all. */
  readonly accept?: readonly (Bitmap | undefined)[];
  /** Documents whose scores are wanted as well, found or not: what fusion asks for the other ranker's candidates. */
  readonly alsoScore?: readonly DocRef[];
}

export interface KeywordSearchResult {
  /** The k best with a score above 0, best first; of equal scores the earlier segment and document. */
  readonly hits: readonly Hit[];
  /** BM25 score of each of `alsoScore`, in its order; 0 when no term is shared. */
  readonly scores: Float64Array;
}

/** BM25 over several segments as if they were one. Holds buffers, no files: nothing to close. Synchronous. */
export class KeywordSearcher {
  readonly #parts: readonly LiveSegment[];
  readonly #segments: readonly KeywordSegment[];
  readonly #docCount: number;
  readonly #averageLength: number;
  readonly #scorer = new SegmentScorer();

  constructor(parts: readonly LiveSegment[]) {
    this.#parts = parts;
    this.#segments = parts.map((part) => part.segment);
    this.#docCount = this.#segments.reduce((sum, segment) => sum + segment.docCount, 0);
    const totalLength = this.#segments.reduce((sum, segment) => sum + segment.totalLength, 0);
    this.#averageLength = totalLength / Math.max(1, this.#docCount);
  }

  /** Throws `index_damaged` when a segment turns out to be. */
  search(query: string, k: number, options: KeywordSearchOptions = {}): KeywordSearchResult {
    const { accept = [], alsoScore = [] } = options;
    const terms = lookUp(query, this.#segments, this.#docCount);
    const norm = lengthNorm(this.#averageLength);
    const best = new TopK(k);
    const scores = new Float64Array(alsoScore.length);
    this.#parts.forEach(({ segment, deleted }, at) => {
      if (terms.every((term) => term.entries[at] === undefined)) return;
      this.#scorer.load(segment, at, terms, norm);
      if (k > 0) this.#scorer.collect(at, { deleted, accept: accept[at] }, best, k);
      alsoScore.forEach((ref, index) => {
        if (ref.segment === at) scores[index] = this.#scorer.scoreOf(ref.doc);
      });
    });
    return { hits: best.take(), scores };
  }

  /** BM25 score of each document, in order. Throws `index_damaged` when a segment turns out to be. */
  score(query: string, docs: readonly DocRef[]): Float64Array {
    return this.search(query, 0, { alsoScore: docs }).scores;
  }
}
