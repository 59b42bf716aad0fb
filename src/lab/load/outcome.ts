/** How a stream failed. */
export const ERROR_KINDS = ['connect', 'status', 'error-event', 'malformed', 'cut', 'timeout'] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

/** How one request ended. */
export type Outcome =
  | { readonly kind: 'ok'; readonly tokens: number; readonly totalMs: number }
  | { readonly kind: 'failed'; readonly error: ErrorKind; readonly message: string; readonly status?: number }
  | { readonly kind: 'unfinished' };
