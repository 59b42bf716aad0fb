import { throwIfAborted } from '../../core/index.js';
import type {
  CollectionState,
  QueryVector,
  Retriever,
  SearchOutcome,
  SearchRequest,
  VectorRequest,
} from '../../retrieval/spec.js';

/** The questions of a batch that are searched for in the same way. */
interface Group {
  readonly queries: string[];
  outcome: Promise<SearchOutcome> | undefined;
}

/** All that must be equal for questions to share a search. */
type SearchTerms = Omit<SearchRequest, 'queries' | 'signal'>;

/**
 * A retriever for one batch: the first question that is searched for brings the others of its kind along, so that
 * all take one embedding call and one pass. When that search fails, each question is searched for by itself: what
 * is wrong with one must not fail the others.
 */
export class SharedSearch implements Retriever {
  readonly #retriever: Retriever;
  readonly #signal: AbortSignal;
  readonly #groups = new Map<string, Group>();

  /** `signal` is the batch's: a search goes on though the item that began it was cancelled. */
  constructor(retriever: Retriever, signal: AbortSignal) {
    this.#retriever = retriever;
    this.#signal = signal;
  }

  /** Announces a question that will be searched for. */
  expect(query: string, terms: SearchTerms): void {
    const key = keyOf(terms);
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, { queries: [query], outcome: undefined });
    else if (!group.queries.includes(query)) group.queries.push(query);
  }

  async search(request: SearchRequest): Promise<SearchOutcome> {
    const group = this.#groups.get(keyOf(request));
    const [query = ''] = request.queries;
    const index = request.queries.length === 1 ? (group?.queries.indexOf(query) ?? -1) : -1;
    if (group === undefined || index < 0 || group.queries.length === 1)
      return this.#retriever.search(request);
    try {
      const outcome = await this.#searchAll(request, group);
      return { ...outcome, results: outcome.results.slice(index, index + 1) };
    } catch {
      throwIfAborted(this.#signal);
      return this.#retriever.search(request);
    }
  }

  stateOf(tenant: string, collection: string): CollectionState | undefined {
    return this.#retriever.stateOf?.(tenant, collection);
  }

  async queryVector(request: VectorRequest): Promise<QueryVector | undefined> {
    return this.#retriever.queryVector?.(request);
  }

  #searchAll(request: SearchRequest, group: Group): Promise<SearchOutcome> {
    group.outcome ??= this.#retriever.search({ ...request, queries: group.queries, signal: this.#signal });
    return group.outcome;
  }
}

function keyOf({ tenant, collection, k, mode, filter, minScore, forceNew }: SearchTerms): string {
  return JSON.stringify([tenant, collection, k, mode, filter, minScore, forceNew]);
}
