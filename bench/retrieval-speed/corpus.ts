/** A corpus out of nothing but a seed: the same on every machine, made as it is needed, kept nowhere. */
import { contentHash } from '../../dist/core/index.js';
import type { ChunkInput, DocumentInput, Embedder } from '../../dist/retrieval/spec.js';
import { seededRandom } from '../support/seeded-random.js';

export const DIMENSIONS = 384;
const VOCABULARY = 60_000;
const CHUNKS_PER_DOCUMENT = 12;
const CHUNKS_PER_CLUSTER = 50;
/** Noise around a cluster's centre, as a share of the centre's own spread. */
const NOISE = 0.7;

/** Rank r with a probability of about 1 / r. */
function zipfRank(random: () => number): number {
  return Math.floor(VOCABULARY ** random());
}

const HANGUL_FIRST = 0xac00;
const HANGUL_COUNT = 11_172;

/** One word in three is Korean: two to four syllables. The others are two to five Latin syllables. */
function wordOfRank(rank: number): string {
  const random = seededRandom(rank * 7919 + 17);
  const length = 2 + Math.floor(random() * 3);
  if (rank % 3 === 0)
    return String.fromCodePoint(
      ...Array.from({ length }, () => HANGUL_FIRST + Math.floor(random() ** 2 * HANGUL_COUNT)),
    );
  const letters = (from: string): string => from[Math.floor(random() * from.length)] as string;
  return Array.from({ length }, () => letters('bcdfghklmnprstvw') + letters('aeiou')).join('');
}

const words = new Map<number, string>();

function word(rank: number): string {
  let known = words.get(rank);
  if (known === undefined) {
    known = wordOfRank(rank);
    words.set(rank, known);
  }
  return known;
}

function chunkText(chunk: number): string {
  const random = seededRandom(chunk + 1);
  const length = 60 + Math.floor(random() * 120);
  return `#${chunk} ${Array.from({ length }, () => word(zipfRank(random))).join(' ')}`;
}

function gaussian(random: () => number): number {
  return random() + random() + random() + random() - 2;
}

function clusterCentre(cluster: number): Float32Array {
  const random = seededRandom(cluster * 31 + 1_000_003);
  return Float32Array.from({ length: DIMENSIONS }, () => gaussian(random));
}

let lastCluster = -1;
let lastCentre: Float32Array = new Float32Array();

/** The vector of a chunk, or of a question that is about that chunk's cluster when the seed is another. */
export function vectorOf(chunk: number, seed = 0): Float32Array {
  const cluster = Math.floor(chunk / CHUNKS_PER_CLUSTER);
  if (cluster !== lastCluster) [lastCluster, lastCentre] = [cluster, clusterCentre(cluster)];
  const random = seededRandom(chunk * 2 + 5_000_011 + seed);
  const vector = lastCentre.map((value) => value + NOISE * gaussian(random));
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** The corpus as documents with their chunks. */
export function* documents(chunks: number): Generator<[DocumentInput, ChunkInput[]]> {
  for (let first = 0; first < chunks; first += CHUNKS_PER_DOCUMENT)
    yield documentFrom(first, Math.min(CHUNKS_PER_DOCUMENT, chunks - first));
}

function documentFrom(first: number, count: number): [DocumentInput, ChunkInput[]] {
  const texts = Array.from({ length: count }, (_, at) => chunkText(first + at));
  let start = 0;
  const chunks = texts.map((text): ChunkInput => {
    const range = { start, end: start + text.length };
    start = range.end + 1;
    return { text, headings: [], ...range, tokens: 300, language: 'en', hash: contentHash(text) };
  });
  const number = first / CHUNKS_PER_DOCUMENT;
  const text = texts.join('\n');
  return [
    {
      source: `shelf-${number % 40}/document-${number}.md`,
      title: `Document ${number}`,
      mediaType: 'text/markdown',
      language: 'en',
      origin: 'folder',
      bytes: text.length,
      contentHash: contentHash(text),
      text,
      metadata: { shelf: number % 40 },
    },
    chunks,
  ];
}

export interface Question {
  readonly text: string;
  readonly vector: Float32Array;
}

/** Three to eight words each, about a cluster of the corpus. */
export function questions(count: number, chunks: number): Question[] {
  return Array.from({ length: count }, (_, number) => {
    const random = seededRandom(number + 77_000_000);
    const chunk = Math.floor(random() * chunks);
    const length = 3 + Math.floor(random() * 6);
    const text = Array.from({ length }, () => word(zipfRank(random))).join(' ');
    return { text: `?${chunk} ${text}`, vector: vectorOf(chunk, 1) };
  });
}

/** Serves the corpus's own vectors, so that what is measured is retrieval and not a model. */
export const corpusEmbedder: Embedder = {
  id: `corpus@${DIMENSIONS}`,
  dimensions: DIMENSIONS,
  fusionWeight: 0.5,
  batchSize: 512,
  async embed(texts) {
    return texts.map((text) => {
      const number = Number(text.slice(1, text.indexOf(' ')));
      return vectorOf(number, text.startsWith('?') ? 1 : 0);
    });
  },
  async close() {},
};
