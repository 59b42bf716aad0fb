import { compareQuestions, defaultReuseOptions, type GuardName } from '../../dist/answer/reuse/index.js';
import type { Embedder } from '../../dist/retrieval/index.js';
import type { LabelledPair, PairSet } from './datasets.js';

/** A pair with everything that a decision rests on, save the evidence. */
export interface ScoredPair {
  readonly same: boolean;
  readonly similarity: number;
  /** 0 where a guard found a difference. */
  readonly likeness: number;
  readonly guard?: GuardName;
  readonly isKorean: boolean;
}

/** Texts in one embedding call. */
const BATCH = 256;

export async function scorePairs({ pairs }: PairSet, embedder: Embedder): Promise<ScoredPair[]> {
  const vectors = await embedTexts([...new Set(pairs.flatMap(({ a, b }) => [a, b]))], embedder);
  return pairs.map((pair) => scored(pair, dot(vectors.get(pair.a)!, vectors.get(pair.b)!)));
}

function scored({ a, b, same }: LabelledPair, similarity: number): ScoredPair {
  const verdict = compareQuestions(a, b);
  const isKorean = /\p{Script=Hangul}/u.test(a);
  if (verdict.kind === 'agree') return { same, similarity, likeness: verdict.likeness, isKorean };
  return { same, similarity, likeness: 0, guard: verdict.guard, isKorean };
}

async function embedTexts(texts: readonly string[], embedder: Embedder): Promise<Map<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>();
  for (let at = 0; at < texts.length; at += BATCH) {
    const batch = texts.slice(at, at + BATCH);
    const embedded = await embedder.embed(batch, 'query');
    batch.forEach((text, index) => {
      vectors.set(text, embedded[index]!);
    });
  }
  return vectors;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}

/** Which pairs would share an answer. */
export type Rule = (pair: ScoredPair) => boolean;

export function cosineAlone(minSimilarity: number): Rule {
  return ({ similarity }) => similarity >= minSimilarity;
}

/** Thresholds and guards together, as the server decides. */
export function guarded({
  minSimilarity = defaultReuseOptions.minSimilarity,
  minLikeness = defaultReuseOptions.minLikeness,
}: Partial<Pick<typeof defaultReuseOptions, 'minSimilarity' | 'minLikeness'>> = {}): Rule {
  return ({ similarity, likeness, guard, isKorean }) =>
    guard === undefined &&
    similarity >= minSimilarity &&
    likeness >= (isKorean ? minLikeness.korean : minLikeness.other);
}
