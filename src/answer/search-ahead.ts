import { standsAlone } from './follow-ups/index.js';
import type { Prepared } from './prepare.js';
import { type Found, search } from './retrieve.js';
import type { Run } from './run.js';

/** A search that was begun before it was known whether it is needed. */
export interface SearchAhead {
  readonly query: string;
  /** Rejects as searching does; nobody need wait for it. */
  readonly found: Promise<Found>;
}

/**
 * Begins to search while the conversation is still being loaded, if the question can be understood without it.
 * Undefined: there is nothing to wait for, or nothing to search for yet.
 */
export function searchAhead(run: Run, { plan, query, question }: Prepared): SearchAhead | undefined {
  if (run.request.history === undefined || plan.kind !== 'search') return undefined;
  if (!standsAlone(question, run.options.followUps)) return undefined;
  const found = search(run, plan, query);
  found.catch(() => {});
  return { query, found };
}
