import { type Bitmap, hasBit } from './bitmap.js';
import type { LengthNorm } from './bm25.js';
import { damaged } from './damaged.js';
import { decodePostings, isDense, mostSparse, newPostingList } from './postings.js';
import type { QueryTerm } from './query-terms.js';
import type { KeywordSegment, TermEntry } from './segment.js';
import { TopK } from './top-k.js';

/** A term in a quarter of the documents or more: its frequency in each, looked up only for those that can win. */
interface DenseTerm {
  readonly weight: number;
  readonly frequencies: Uint8Array;
}

/** Which documents may be found; absent bitmaps allow all. */
export interface Eligibility {
  readonly deleted: Bitmap | undefined;
  readonly accept: Bitmap | undefined;
}

/**
 * Scores one segment at a time. Rare terms are added up for every document that has them; common ones are looked up
 * only where they can still change the result (MaxScore, Turtle & Flood 1995), which gives the same k best.
 * Buffers are kept from query to query and are as large as the largest segment needs.
 */
export class SegmentScorer {
  #partial = new Float64Array(0);
  #postings = newPostingList(0);
  #bytes = new Uint8Array(0);
  #denseBuffers: Uint8Array[] = [];
  #dense: DenseTerm[] = [];
  #lengths: Uint16Array = new Uint16Array(0);
  #norm: LengthNorm = { fixed: 0, perLength: 0 };

  /** Prepares a segment: after this, `collect` and `scoreOf` speak of it. */
  load(segment: KeywordSegment, at: number, terms: readonly QueryTerm[], norm: LengthNorm): void {
    this.#begin(segment, norm);
    for (const term of terms) {
      const entry = term.entries[at];
      if (entry === undefined) continue;
      if (isDense(entry.documentFrequency, segment.docCount)) this.#addDense(segment, entry, term.weight);
      else this.#addSparse(segment, entry, term.weight);
    }
  }

  /** Full BM25 score of a document of the loaded segment. */
  scoreOf(doc: number): number {
    let score = this.#partial[doc] ?? 0;
    const length = this.#norm.fixed + this.#norm.perLength * (this.#lengths[doc] ?? 0);
    for (const { weight, frequencies } of this.#dense) {
      const frequency = frequencies[doc] ?? 0;
      score += (weight * frequency) / (frequency + length);
    }
    return score;
  }

  /** Offers every eligible document that can be among the best of all segments. */
  collect(segment: number, eligible: Eligibility, best: TopK, k: number): void {
    const bound = this.#dense.reduce((sum, term) => sum + term.weight, 0);
    const floor = Math.max(best.threshold, bound === 0 ? 0 : this.#kthPartial(eligible, k)) - bound;
    const docCount = this.#lengths.length;
    for (let doc = 0; doc < docCount; doc++) {
      if (this.#partial[doc]! < floor || !isEligible(eligible, doc)) continue;
      const score = this.scoreOf(doc);
      if (score > 0) best.offer(segment, doc, score);
    }
  }

  #begin(segment: KeywordSegment, norm: LengthNorm): void {
    const { docCount } = segment;
    if (this.#partial.length < docCount) {
      this.#partial = new Float64Array(docCount);
      this.#postings = newPostingList(mostSparse(docCount));
      this.#bytes = new Uint8Array(docCount * 2);
      this.#denseBuffers = [];
    }
    this.#partial.fill(0, 0, docCount);
    this.#dense = [];
    this.#lengths = segment.lengths;
    this.#norm = norm;
  }

  #addDense(segment: KeywordSegment, entry: TermEntry, weight: number): void {
    if (entry.bytes !== segment.docCount) throw damaged(segment.path, 'a list has the wrong size');
    const at = this.#dense.length;
    this.#denseBuffers[at] ??= new Uint8Array(this.#partial.length);
    this.#dense.push({ weight, frequencies: segment.readPostings(entry, this.#denseBuffers[at]) });
  }

  #addSparse(segment: KeywordSegment, entry: TermEntry, weight: number): void {
    const bytes = segment.readPostings(entry, this.#bytes);
    const list = this.#postings;
    if (!decodePostings(bytes, entry.documentFrequency, segment.docCount, list)) {
      throw damaged(segment.path, 'a list cannot be read');
    }
    const { fixed, perLength } = this.#norm;
    for (let at = 0; at < list.count; at++) {
      const doc = list.docs[at]!;
      const frequency = list.frequencies[at]!;
      this.#partial[doc]! += (weight * frequency) / (frequency + fixed + perLength * this.#lengths[doc]!);
    }
  }

  /** The k-th best score without common terms: no document below it by more than `bound` can win. */
  #kthPartial(eligible: Eligibility, k: number): number {
    const best = new TopK(k);
    const docCount = this.#lengths.length;
    for (let doc = 0; doc < docCount; doc++) {
      const partial = this.#partial[doc]!;
      if (partial > best.threshold && isEligible(eligible, doc)) best.offer(0, doc, partial);
    }
    return Math.max(0, best.threshold);
  }
}

function isEligible({ deleted, accept }: Eligibility, doc: number): boolean {
  if (deleted !== undefined && hasBit(deleted, doc)) return false;
  return accept === undefined || hasBit(accept, doc);
}
