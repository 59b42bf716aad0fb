import type { SearchFacts, Source } from '../../llm/spec.js';
import type { AnswerEntry } from './entry.js';

/** Which answer a question has on a collection at one version, and how its passages were found there. Plain data. */
export interface Recollection {
  readonly answerId: string;
  readonly search: SearchFacts;
  /** Of the passages in the prompt, in their order; they may change though the passages do not. */
  readonly scores: readonly number[];
}

export function isRecollection(candidate: unknown): candidate is Recollection {
  if (typeof candidate !== 'object' || candidate === null) return false;
  const { answerId, search, scores } = candidate as Partial<Record<keyof Recollection, unknown>>;
  return (
    typeof answerId === 'string' && typeof search === 'object' && search !== null && Array.isArray(scores)
  );
}

export function bytesOfRecollection({ scores }: Recollection): number {
  return 400 + 8 * scores.length;
}

/** The kept answer's sources as this search found them. */
export function sourcesAsFound(
  { sources }: AnswerEntry,
  { scores }: Pick<Recollection, 'scores'>,
): readonly Source[] {
  if (sources.every(({ score }, index) => score === scores[index])) return sources;
  return sources.map((source, index) => ({ ...source, score: scores[index] ?? source.score }));
}
