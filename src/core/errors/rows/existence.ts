import type { ErrorRow } from './row.js';

/** What was named is not there, or is there already. */
export const EXISTENCE_ERRORS = {
  route_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no {method} {path}. See /docs for what there is.',
  },
  method_not_allowed: {
    status: 405,
    retryable: false,
    message: '{method} is not possible on {path}. The "Allow" header names what is; see /docs.',
  },
  model_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no model "{model}". Available: {available}.',
  },
  collection_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no collection "{collection}". List them with GET /v1/collections, or create it first.',
  },
  collection_exists: {
    status: 409,
    retryable: false,
    message: 'The collection "{collection}" exists already. Use it, or choose another name.',
  },
  nothing_indexed: {
    status: 409,
    retryable: false,
    message: 'There are no documents in {dir} yet. Index a folder first: narae ingest ./folder',
  },
  document_not_found: {
    status: 404,
    retryable: false,
    message:
      'There is no document "{document}" in this collection. List them with GET /v1/collections/{collection}/documents.',
  },
  cache_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no cache named "{cache}". The caches are: {known}.',
  },
  thread_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no thread "{thread}". Create it first, or leave the id out to start a new one.',
  },
  run_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no run "{run}" on this thread. Runs are kept for a limited time after their end.',
  },
  checkpoint_not_found: {
    status: 404,
    retryable: false,
    message: 'Thread "{thread}" has no checkpoint "{checkpoint}". Its history lists those that it has.',
  },
  assistant_not_found: {
    status: 404,
    retryable: false,
    message: 'There is no assistant "{assistant}". The assistants are listed by POST /assistants/search.',
  },
} as const satisfies Record<string, ErrorRow>;
