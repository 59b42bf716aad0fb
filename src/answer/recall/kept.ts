import type { RecallFacts, SearchFacts, Source } from '../../llm/spec.js';
import type { AnswerEntry } from './entry.js';
import { type Recollection, sourcesAsFound } from './recollection.js';

/**
 * A kept answer as it serves one kind of request. The same object serves every request of the kind for as long as it
 * stays in memory, so that what was made of it once can be kept beside it.
 */
export interface KeptAnswer {
  readonly entry: AnswerEntry;
  readonly sources: readonly Source[];
  /** As of the search that the answer serves; absent when nothing was searched. */
  readonly search: SearchFacts | undefined;
  readonly recall: RecallFacts;
}

export function keptAnswer(
  entry: AnswerEntry,
  found: Pick<Recollection, 'search' | 'scores'> | undefined,
  facts: Omit<RecallFacts, 'storedAtMs' | 'savedTokens'>,
): KeptAnswer {
  const { usage, createdAtMs: storedAtMs } = entry;
  const savedTokens = usage === undefined ? 0 : usage.inputTokens + usage.outputTokens;
  return {
    entry,
    sources: found === undefined ? entry.sources : sourcesAsFound(entry, found),
    search: found?.search,
    recall: { ...facts, storedAtMs, savedTokens },
  };
}
