import type { ErrorRow } from './row.js';

/** Caches and the Redis that may stand behind them. */
export const CACHE_ERRORS = {
  cache_scope_missing: {
    status: 400,
    retryable: false,
    message:
      'Caches are kept and cleared for one tenant at a time. Name the tenant, also beside a pattern or a tag.',
  },
  redis_unavailable: {
    status: 503,
    retryable: true,
    message: 'Redis did not answer: {reason}. Check redis.url and that the server runs.',
  },
  redis_refused: {
    status: 503,
    retryable: true,
    message: 'Redis refused a command: {reason}. Check its memory limit (maxmemory) and its access rules.',
  },
} as const satisfies Record<string, ErrorRow>;
