/** Why something that was asked of the server did not work; `i18n/failure-text.ts` says it to the reader. */
export type Failure =
  /** The server answered with its error object. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string;
      readonly message: string;
      /** The request's id, for finding it in the server's log. */
      readonly requestId?: string;
    }
  /** No API key, or one that the server does not know. */
  | { readonly kind: 'unauthorized' }
  /** No connection to the server. */
  | { readonly kind: 'unreachable' }
  /** The answer's stream ended before it was complete. */
  | { readonly kind: 'incomplete' }
  /** Nothing arrived for so long that the connection must be dead. */
  | { readonly kind: 'stalled'; readonly seconds: number }
  /** The response is not what this server sends: a proxy's page, for example. */
  | { readonly kind: 'garbled'; readonly status: number };

/** The only error that `api/` throws, apart from the AbortError of an aborted signal. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';

  constructor(readonly failure: Failure) {
    super(failure.kind === 'refused' ? failure.message : failure.kind);
  }
}

/** Any thrown value as a Failure. What is not an ApiFailure came from the network. */
export function toFailure(thrown: unknown): Failure {
  return thrown instanceof ApiFailure ? thrown.failure : { kind: 'unreachable' };
}

export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError';
}

/** The failure in a response's body; `status` 401 counts as `unauthorized` whatever the body says. */
export function failureFromBody(status: number, body: unknown, requestId?: string | null): Failure {
  if (status === 401) return { kind: 'unauthorized' };
  const error = readError(body);
  if (!error) return { kind: 'garbled', status };
  return { kind: 'refused', status, ...error, ...(requestId && { requestId }) };
}

function readError(body: unknown): { code: string; message: string } | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  const { error } = body;
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'internal';
  return { code, message: String(error.message) };
}
