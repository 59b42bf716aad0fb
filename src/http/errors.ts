import { NaraeError, toNaraeError } from '../core/index.js';

/** OpenAI's error object, which every endpoint answers with. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

export function errorBody(error: NaraeError): ErrorBody {
  return {
    error: { message: error.message, type: errorType(error), param: error.field ?? null, code: error.code },
  };
}

/** OpenAI's names for kinds of failure; their clients choose the exception class by status. */
function errorType(error: NaraeError): string {
  switch (error.status) {
    case 401:
      return 'authentication_error';
    case 403:
      return 'permission_error';
    case 404:
      return 'not_found_error';
    case 429:
      return 'rate_limit_error';
    default:
      return error.status >= 500 ? 'server_error' : 'invalid_request_error';
  }
}

/** Headers that tell clients whether and when to try again. */
export function retryHeaders(error: NaraeError): Record<string, string> {
  return {
    'x-should-retry': String(error.retryable),
    ...(error.retryAfterSeconds !== undefined && {
      'retry-after': String(Math.ceil(error.retryAfterSeconds)),
    }),
  };
}

interface FastifyFailure {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message?: string;
}

/** What is told of the request that failed. */
interface FailedRequest {
  readonly id: string;
  readonly headers: { readonly 'content-type'?: string | undefined };
}

const MAX_SHOWN_CHARACTERS = 100;

/** What Fastify or a handler threw, as a row of the error table. `limits` names what to raise. */
export function describeFailure(thrown: unknown, request: FailedRequest, bodyLimitBytes: number): NaraeError {
  if (thrown instanceof NaraeError) return thrown;
  const { code, statusCode, message } = (thrown ?? {}) as FastifyFailure;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new NaraeError('body_too_large', {
        values: { limitBytes: bodyLimitBytes, key: 'server.bodyLimitBytes' },
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new NaraeError('unsupported_media_type', {
        values: { contentType: contentTypeOf(request), supported: 'application/json' },
        field: 'content-type',
      });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new NaraeError('invalid_json', { values: { reason: 'it is empty or cut off' } });
    case 'FST_ERR_VALIDATION':
      return new NaraeError('invalid_request', { values: { reason: String(message) } });
  }
  if (thrown instanceof SyntaxError && statusCode === 400) {
    return new NaraeError('invalid_json', { values: { reason: thrown.message } });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new NaraeError('invalid_request', { values: { reason: String(message) }, status: statusCode });
  }
  return toNaraeError(thrown, request.id);
}

/** Fastify's own message says nothing of it. */
function contentTypeOf({ headers }: FailedRequest): string {
  return headers['content-type']?.slice(0, MAX_SHOWN_CHARACTERS) ?? 'none';
}
