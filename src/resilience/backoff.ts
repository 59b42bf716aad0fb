export interface BackoffOptions {
  /** Wait before the first retry, in milliseconds; each further one doubles it. Default 250. */
  readonly minMs: number;
  /** Longest wait, in milliseconds. Default 5,000. */
  readonly maxMs: number;
}

export const defaultBackoffOptions: BackoffOptions = Object.freeze({ minMs: 250, maxMs: 5_000 });

/**
 * Exponential back-off, of which the upper half is left to chance so that clients that failed together do not come
 * back together. `floorMs` (a `Retry-After`) is never undercut: the wait is added to it.
 */
export function backoffMs(
  retry: number,
  options: BackoffOptions,
  floorMs = 0,
  random: () => number = Math.random,
): number {
  const full = Math.min(options.maxMs, options.minMs * 2 ** (retry - 1));
  return floorMs + full * (0.5 + random() / 2);
}
