import { type Candidate, fuseReciprocalRanks, fuseWeighted } from '../fusion.js';
import type { DocRef } from '../keyword/index.js';
import type { SearchMode } from '../spec.js';
import type { AcceptedRows, CollectionReader } from './collection-reader.js';

/** How the two rankings become one. */
export type Fusion =
  /** Min–max-normalised scores, weighted: `vectorWeight` for the vector side, the rest for the keyword side. */
  | { readonly kind: 'weighted'; readonly vectorWeight: number }
  /** Reciprocal Rank Fusion, k = 60. */
  | { readonly kind: 'rrf' };

export interface RankRequest {
  readonly query: string;
  /** Absent in mode `keyword`. */
  readonly vector: Float32Array | undefined;
  readonly mode: SearchMode;
  readonly k: number;
  /** Candidates that each ranker brings into the fusion. */
  readonly candidates: number;
  readonly fusion: Fusion;
}

export interface RankedChunk {
  readonly chunk: number;
  readonly score: number;
}

interface Scored extends RankedChunk {
  readonly ref: DocRef;
}

/** The `k` best chunks, best first; equal scores in the order of the chunks, whatever segments they are in. */
export function rank(reader: CollectionReader, request: RankRequest, accepted: AcceptedRows): RankedChunk[] {
  const { mode, query, vector, k } = request;
  if (mode === 'keyword') return rankByKeyword(reader, query, k, accepted);
  if (!vector) return [];
  if (mode === 'vector') return rankByVector(reader, vector, k, Math.max(k, request.candidates), accepted);
  return rankBoth(reader, { ...request, vector }, accepted).slice(0, k);
}

function rankByKeyword(reader: CollectionReader, query: string, k: number, accepted: AcceptedRows): Scored[] {
  const { hits } = reader.searcher.search(query, k, { accept: bitmaps(accepted) });
  return hits.map((hit) => ({ ref: hit, chunk: chunkOf(reader, hit), score: hit.score })).sort(bestFirst);
}

function rankByVector(
  reader: CollectionReader,
  vector: Float32Array,
  k: number,
  candidates: number,
  accepted: AcceptedRows,
): Scored[] {
  const refs = nearestRows(reader, vector, candidates, accepted);
  const scores = cosines(reader, vector, refs);
  return refs
    .map((ref, at) => ({ ref, chunk: chunkOf(reader, ref), score: scores[at]! }))
    .sort(bestFirst)
    .slice(0, k);
}

/** Every candidate of either ranker gets the exact score of both: a weak ranker cannot drop what the other found. */
function rankBoth(
  reader: CollectionReader,
  request: RankRequest & { vector: Float32Array },
  accepted: AcceptedRows,
): RankedChunk[] {
  const { query, vector, candidates, fusion } = request;
  const near = nearestRows(reader, vector, candidates, accepted);
  const found = reader.searcher.search(query, candidates, { accept: bitmaps(accepted), alsoScore: near });
  const both = new Map<number, { ref: DocRef; keyword: number }>();
  for (const hit of found.hits) both.set(chunkOf(reader, hit), { ref: hit, keyword: hit.score });
  near.forEach((ref, at) => {
    both.set(chunkOf(reader, ref), { ref, keyword: found.scores[at]! });
  });
  const chunks = [...both.keys()].sort((a, b) => a - b);
  const scores = cosines(
    reader,
    vector,
    chunks.map((chunk) => both.get(chunk)!.ref),
  );
  return fuse(
    chunks.map((chunk, at) => ({ id: chunk, vector: scores[at]!, keyword: both.get(chunk)!.keyword })),
    fusion,
  );
}

function fuse(candidates: readonly Candidate<number>[], fusion: Fusion): RankedChunk[] {
  const fused =
    fusion.kind === 'weighted'
      ? fuseWeighted(candidates, fusion.vectorWeight)
      : fuseReciprocalRanks([idsBy(candidates, 'vector'), idsBy(candidates, 'keyword')]);
  return fused.map(({ id, score }) => ({ chunk: id, score }));
}

/** Ids in the order of one ranker; what it gives no score is not in its list. */
function idsBy(candidates: readonly Candidate<number>[], side: 'vector' | 'keyword'): number[] {
  return candidates
    .filter((candidate) => candidate[side] > 0)
    .sort((a, b) => b[side] - a[side])
    .map((candidate) => candidate.id);
}

/** The rows of all segments that are likely the nearest, `count` at most. */
function nearestRows(
  reader: CollectionReader,
  vector: Float32Array,
  count: number,
  accepted: AcceptedRows,
): DocRef[] {
  const found: { ref: DocRef; cosine: number }[] = [];
  reader.segments.forEach(({ vectors }, segment) => {
    if (!vectors) return;
    const { rows, cosines: near } = vectors.candidates(vector, count, accepted[segment]);
    rows.forEach((doc, at) => {
      found.push({ ref: { segment, doc }, cosine: near[at]! });
    });
  });
  return found
    .sort((a, b) => b.cosine - a.cosine)
    .slice(0, count)
    .map((each) => each.ref);
}

/** Cosine of each row, in order; 0 for a row whose segment has no vectors of the embedder yet. */
function cosines(reader: CollectionReader, vector: Float32Array, refs: readonly DocRef[]): Float64Array {
  const scores = new Float64Array(refs.length);
  reader.segments.forEach(({ vectors }, segment) => {
    if (!vectors) return;
    const places = [...refs.keys()].filter((at) => refs[at]!.segment === segment);
    const found = vectors.scores(
      vector,
      places.map((at) => refs[at]!.doc),
    );
    places.forEach((at, index) => {
      scores[at] = found[index]!;
    });
  });
  return scores;
}

function chunkOf(reader: CollectionReader, ref: DocRef): number {
  return reader.segments[ref.segment]!.runs.chunkAt(ref.doc);
}

function bitmaps(accepted: AcceptedRows) {
  return accepted.map((rows) => rows?.bitmap);
}

function bestFirst(a: RankedChunk, b: RankedChunk): number {
  return b.score - a.score || a.chunk - b.chunk;
}
