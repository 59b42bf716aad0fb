/** How a stream failed. */
export const ERROR_KINDS = ['connect', 'status', 'error-event', 'malformed', 'cut', 'timeout'] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

/** What each kind means, for reports. */
export const ERROR_MEANINGS: Readonly<Record<ErrorKind, string>> = {
  connect: 'no connection',
  status: 'refused with a status',
  'error-event': 'error inside the stream',
  malformed: 'not an OpenAI stream',
  cut: 'ended without a finish reason',
  timeout: 'took too long',
};

/** How one request ended. */
export type Outcome =
  | { readonly kind: 'ok'; readonly tokens: number; readonly totalMs: number }
  | { readonly kind: 'failed'; readonly error: ErrorKind; readonly message: string; readonly status?: number }
  | { readonly kind: 'unfinished' };
