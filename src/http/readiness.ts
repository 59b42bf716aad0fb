import { type ErrorCode, NaraeError } from '../core/index.js';

/** Whether questions can be answered, or what the server still does before they can. */
export type Readiness = { readonly state: 'ready' } | { readonly state: 'starting'; readonly what: string };

/** A part of the server that cannot do its work now, while the others do theirs. */
export interface DegradedPart {
  readonly part: 'conversations' | 'shared_caches';
  readonly code: ErrorCode;
}

export function notReady(what: string): NaraeError {
  return new NaraeError('not_ready', { values: { what }, retryAfterSeconds: 1 });
}

/**
 * The failure as it is told. A collection that is not there while the folder is brought in for the first time is
 * about to be: clients try again by themselves after 503, and would give up after 404.
 */
export function whileStarting(error: NaraeError, readiness: Readiness): NaraeError {
  return error.code === 'collection_not_found' && readiness.state === 'starting'
    ? notReady(readiness.what)
    : error;
}
