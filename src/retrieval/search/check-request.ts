import { NaraeError } from '../../core/index.js';
import type { SearchRequest } from '../spec.js';

const MAX_QUERIES = 100;
const MAX_K = 100;

/** Throws `invalid_request` or `empty_question`, naming the field. */
export function checkRequest({ queries, k }: SearchRequest): void {
  if (queries.length === 0 || queries.length > MAX_QUERIES)
    throw invalid('queries', `Give 1 to ${MAX_QUERIES} queries.`);
  if (!Number.isInteger(k) || k < 1 || k > MAX_K)
    throw invalid('k', `k must be a whole number from 1 to ${MAX_K}.`);
  const empty = queries.findIndex((query) => query.trim() === '');
  if (empty >= 0)
    throw new NaraeError('empty_question', { field: queries.length === 1 ? 'query' : `queries[${empty}]` });
}

function invalid(field: string, reason: string): NaraeError {
  return new NaraeError('invalid_request', { field, values: { reason } });
}
