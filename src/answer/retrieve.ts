import type { SearchFacts } from '../llm/spec.js';
import type { Passage, Retriever } from '../retrieval/spec.js';
import type { AnswerOptions } from './options.js';
import type { AnswerRequest, RetrievalOptions } from './spec.js';

export interface Evidence {
  /** Best first; empty when nothing was searched or found. */
  readonly passages: readonly Passage[];
  readonly retrieval: 'done' | 'skipped' | 'off';
  readonly search?: SearchFacts;
  /** Of the search, the time that embedding the question took. */
  readonly embedMs?: number;
}

export const NO_RETRIEVAL: Evidence = { passages: [], retrieval: 'off' };
export const SKIPPED: Evidence = { passages: [], retrieval: 'skipped' };

/** Searches the collection for the question. Rejects with what the retriever rejects with. */
export async function searchEvidence(
  retriever: Retriever,
  request: AnswerRequest,
  retrieval: Extract<RetrievalOptions, { enabled: true }>,
  query: string,
  options: AnswerOptions,
  signal: AbortSignal,
): Promise<Evidence> {
  const { collection, k, filter, forceNew } = retrieval;
  const { searchMode, minScore } = options;
  const outcome = await retriever.search({
    tenant: request.tenant,
    collection,
    queries: [query],
    k,
    mode: searchMode,
    filter,
    minScore,
    forceNew,
    signal,
  });
  return {
    passages: outcome.results[0] ?? [],
    retrieval: 'done',
    search: { collection, collectionVersion: outcome.collectionVersion, mode: outcome.mode },
    embedMs: outcome.timings.embedMs,
  };
}
