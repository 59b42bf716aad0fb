import { ERROR_TABLE, type ErrorCode } from '../../core/index.js';
import type { NaraeEvent } from '../events.js';
import type { Level, LogLine } from './log-lines.js';

type ErrorEvent = Extract<NaraeEvent, { type: 'error' }>;

/** Their messages hold an upstream's own words, which may repeat the question. */
const QUOTES_UPSTREAM: ReadonlySet<ErrorCode> = new Set([
  'llm_rejected',
  'llm_failed',
  'llm_malformed',
  'llm_stream_broken',
  'embedder_unavailable',
]);

/** A probe that is told to wait, a client that left: no failure of anything, and a thousand may come at once. */
const EVERYDAY: ReadonlySet<ErrorCode> = new Set(['not_ready', 'aborted']);

/**
 * A failure as a line. What a client did wrong was told to the client, in words that may hold its question; so the log
 * gets the code and the request's id. What an upstream said is left out too, but not what is known to be wrong and
 * what to do about it.
 */
export function errorLine(event: ErrorEvent): LogLine {
  const { code, message, requestId } = event;
  const isQuoting = quotes(event);
  const cause = isQuoting || !(event.cause instanceof Error) ? undefined : causeText(event.cause);
  const text = isQuoting ? withoutWords(code) : `${code}: ${message}`;
  return {
    level: EVERYDAY.has(code) ? 'debug' : levelOfStatus(ERROR_TABLE[code].status),
    message: requestId === undefined ? text : `${text} (${requestId})`,
    event: 'error',
    fields: { code, requestId, ...(cause !== undefined && { cause }) },
  };
}

/** The code, for an upstream's failure with its message from the table, empty where the upstream's words would be. */
function withoutWords(code: ErrorCode): string {
  if (!QUOTES_UPSTREAM.has(code)) return code;
  return `${code}: ${ERROR_TABLE[code].message.replace(/\{\w+\}/g, '…')}`;
}

function quotes({ code, requestId }: ErrorEvent): boolean {
  return QUOTES_UPSTREAM.has(code) || (requestId !== undefined && ERROR_TABLE[code].status < 500);
}

/** A client's mistake is no fault of the server; 503 passes by itself. */
export function levelOfStatus(status: number): Level {
  if (status < 500) return 'info';
  return status === 503 ? 'warn' : 'error';
}

/** Name, message and frames below the project: enough to find the place, without the machine's folders. */
function causeText(cause: Error): string {
  const text = cause.stack ?? `${cause.name}: ${cause.message}`;
  // What could not be parsed stands in a SyntaxError's message.
  const safe = cause instanceof SyntaxError ? text.replace(cause.message, 'cannot be parsed') : text;
  return safe.replace(/(?:file:\/\/)?\/[^\s()]*\/(node_modules|dist|src)\//g, '$1/');
}
