import { abortSignalOf, throwIfAborted } from '../core/index.js';
import type { SearchFacts } from '../llm/spec.js';
import type { Passage, SearchRequest } from '../retrieval/spec.js';
import type { AnswerOptions } from './options.js';
import type { Prepared, SearchPlan } from './prepare.js';
import type { Run } from './run.js';
import type { SearchAhead } from './search-ahead.js';
import type { AnswerRequest } from './spec.js';
import { measured } from './stage.js';

export interface Evidence {
  /** Best first; empty when nothing was searched or found. */
  readonly passages: readonly Passage[];
  readonly retrieval: 'done' | 'skipped' | 'off';
  readonly search?: SearchFacts;
}

/** What a search gives, with the time that embedding the question took. */
export interface Found {
  readonly evidence: Evidence;
  readonly embedMs: number;
}

/** Finds the passages for the question. `ahead` was begun before; it counts if it is for the same question. */
export async function retrieve(
  run: Run,
  { query, plan }: Prepared,
  ahead: SearchAhead | null,
): Promise<Evidence> {
  if (plan.kind !== 'search') return unsearched({ plan });
  const begun = ahead?.query === query ? ahead.found : undefined;
  const found = await measured(
    run,
    'retrieve',
    () => (begun === undefined ? search(run, plan, query) : begun.catch(() => again(run, plan, query))),
    ({ embedMs }) => (begun === undefined ? embedMs : 0),
  );
  tellEmbedding(run, found.embedMs);
  throwIfAborted(run.signal);
  return found.evidence;
}

/** A search that was begun for one who has left is begun anew for his twins. */
function again(run: Run, plan: Extract<SearchPlan, { kind: 'search' }>, query: string): Promise<Found> {
  throwIfAborted(run.signal);
  return search(run, plan, query);
}

/** Small talk and pass-through need no passages. */
export function unsearched({ plan }: Pick<Prepared, 'plan'>): Evidence {
  return { passages: [], retrieval: plan.kind === 'search' ? 'off' : plan.kind };
}

/** What a request's search depends on, besides the question. */
export function searchRequestOf(
  { tenant }: AnswerRequest,
  { options: { collection, k, filter, forceNew } }: Extract<SearchPlan, { kind: 'search' }>,
  { searchMode, minScore }: AnswerOptions,
): Omit<SearchRequest, 'queries'> {
  return { tenant, collection, k, mode: searchMode, filter, minScore, forceNew };
}

export async function search(
  { retriever, request, options, signal }: Run,
  plan: Extract<SearchPlan, { kind: 'search' }>,
  query: string,
): Promise<Found> {
  const terms = searchRequestOf(request, plan, options);
  const outcome = await retriever.search({ ...terms, queries: [query], signal: abortSignalOf(signal) });
  const { collection } = terms;
  const { collectionVersion, mode, timings } = outcome;
  const evidence: Evidence = {
    passages: outcome.results[0] ?? [],
    retrieval: 'done',
    search: { collection, collectionVersion, mode },
  };
  return { evidence, embedMs: timings.embedMs };
}

/** The retriever embeds the question; its time is a stage of its own. */
function tellEmbedding({ timings, emit, request }: Run, durationMs: number): void {
  timings.embed = durationMs;
  emit({ type: 'stage-finished', requestId: request.requestId, stage: 'embed', outcome: 'ok', durationMs });
}
