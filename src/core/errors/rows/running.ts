import type { ErrorRow } from './row.js';

/** A server at work: load, time, and clients that leave. */
export const RUNNING_ERRORS = {
  client_too_slow: {
    status: 408,
    retryable: true,
    message:
      'The client left what it was sent unread for {seconds} s and was cut off. Read the stream as it comes, or raise server.slowReaderTimeoutSeconds.',
  },
  client_too_far_behind: {
    status: 408,
    retryable: true,
    message:
      'The client read an answer that others read too so slowly that what it had left to read outgrew the limit of {megabytes} MB, and was cut off. Read the stream as it comes.',
  },
  aborted: { status: 499, retryable: true, message: 'The request was cancelled before it was finished.' },
  deadline_exceeded: {
    status: 504,
    retryable: true,
    message: '{what} took longer than {seconds} s. Try again.',
  },
  overloaded: {
    status: 503,
    retryable: true,
    message: 'The server has too much to do ({what}). Try again in {retryAfterSeconds} s.',
  },
  closing: { status: 503, retryable: true, message: 'The server is shutting down. Try again in a moment.' },
  not_ready: {
    status: 503,
    retryable: true,
    message: 'The server is not ready ({what}). Try again in a moment.',
  },
  worker_failed: {
    status: 500,
    retryable: true,
    message: 'The {worker} worker stopped unexpectedly ({reason}). It is started again; try once more.',
  },
  workers_failed: {
    status: 500,
    retryable: false,
    message:
      'No worker can be kept alive (worker {worker} ended {times} times in a row, the last time with {reason}). The lines above say why; mend that, then start the server again.',
  },
  internal: {
    status: 500,
    retryable: true,
    message: 'Something went wrong inside Narae. The log holds the details under request id {requestId}.',
  },
} as const satisfies Record<string, ErrorRow>;
