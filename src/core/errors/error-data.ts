import { NaraeError, toNaraeError } from './narae-error.js';
import type { ErrorCode } from './table.js';

/** A NaraeError as plain data, to cross a worker boundary; `errorFromData` is its inverse. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly status: number;
  readonly field?: string;
  readonly retryAfterSeconds?: number;
  /** Stack or message of the cause, for the log. */
  readonly causeText?: string;
}

export function errorToData(thrown: unknown): ErrorData {
  const error = toNaraeError(thrown);
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : error.cause;
  return {
    code: error.code,
    message: error.message,
    status: error.status,
    ...(error.field !== undefined && { field: error.field }),
    ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
    ...(cause !== undefined && { causeText: String(cause) }),
  };
}

export function errorFromData(data: ErrorData): NaraeError {
  const error = new NaraeError(data.code, {
    status: data.status,
    ...(data.field !== undefined && { field: data.field }),
    ...(data.retryAfterSeconds !== undefined && { retryAfterSeconds: data.retryAfterSeconds }),
    ...(data.causeText !== undefined && { cause: new Error(data.causeText) }),
  });
  error.message = data.message;
  return error;
}
