import { NaraeError } from '../../core/index.js';
import { LimitExceeded } from '../../resilience/index.js';
import type { CalledAs } from '../spec.js';
import { redact } from './redact.js';
import type { ReplyHeaders, UpstreamReply } from './reply.js';
import { readText } from './reply.js';

const ERROR_BODY_LIMIT_BYTES = 64 * 1024;
/** Client mistakes whose status also describes the client's request to us. */
const KEPT_STATUSES = new Set([400, 404, 413, 422]);
/** Below 500, but no fault of the request: it took too long, met another one, came too early. */
const PASSING_STATUSES = new Set([408, 409, 425]);

export interface UpstreamIdentity {
  readonly host: string;
  /** Only to be taken out of messages. */
  readonly apiKey?: string | undefined;
}

/** Throws the NaraeError that a reply with a failure status means; returns when the status is a success. */
export async function refuseFailure(reply: UpstreamReply, upstream: UpstreamIdentity): Promise<void> {
  const { statusCode: status, headers } = reply;
  const isCoded = !PLAIN_CODINGS.has(String(headers['content-encoding'] ?? '').toLowerCase());
  if (status < 300) {
    if (isCoded) throw malformed('a compressed reply, which was not asked for');
    return;
  }
  if (status < 400) throw redirected(status, headers, upstream);
  const text = await readText(reply, ERROR_BODY_LIMIT_BYTES);
  throw failureOf(
    { status, text: isCoded ? '' : text, retryAfterSeconds: readRetryAfter(headers) },
    upstream,
  );
}

const PLAIN_CODINGS = new Set(['', 'identity']);

/** A request with a key is not sent after a redirection; whoever configures the server has to know of it. */
function redirected(status: number, { location }: ReplyHeaders, upstream: UpstreamIdentity): NaraeError {
  const url = URL.canParse(String(location)) ? new URL(String(location)) : undefined;
  const place = url === undefined ? 'another address' : url.origin + url.pathname;
  const reason = `it redirects to ${redact(place, upstream.apiKey)}; check the base URL`;
  return new NaraeError('llm_rejected', { values: { upstreamStatus: status, reason } });
}

interface Failure {
  readonly status: number;
  readonly text: string;
  readonly retryAfterSeconds?: number | undefined;
}

function failureOf(failure: Failure, upstream: UpstreamIdentity): NaraeError {
  const { status, text } = failure;
  if (isOutOfCredit(text)) return outOfCredit(status, reasonOf(text, upstream.apiKey));
  if (looksLikeHtml(text) && status < 500 && status !== 401 && status !== 403) return htmlError(status);
  return statusError(status, reasonOf(text, upstream.apiKey), upstream, failure.retryAfterSeconds);
}

/** What a failure status means, with the upstream's own words as `reason`. */
export function statusError(
  status: number,
  reason: string,
  upstream: UpstreamIdentity,
  retryAfterSeconds?: number,
): NaraeError {
  if (status === 401 || status === 403)
    return new NaraeError('llm_unauthorized', { values: { host: upstream.host } });
  if (status === 429) return rateLimited(retryAfterSeconds ?? 5);
  if (status === 503 || status === 529) return overloaded(retryAfterSeconds ?? 5);
  const values = { upstreamStatus: status, reason };
  if (status >= 500 || PASSING_STATUSES.has(status))
    return new NaraeError('llm_failed', {
      values,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  return new NaraeError('llm_rejected', { values, ...(KEPT_STATUSES.has(status) && { status }) });
}

/** Nothing is left to pay with, under whatever status: waiting does not help, another key or server may. */
function isOutOfCredit(text: string): boolean {
  return /"insufficient_quota"|"billing_(?:hard_limit_reached|not_active)"|credit balance is too low/.test(
    text,
  );
}

function outOfCredit(upstreamStatus: number, reason: string): NaraeError {
  return new NaraeError('llm_rejected', { values: { upstreamStatus, reason } });
}

function rateLimited(retryAfterSeconds: number): NaraeError {
  return new NaraeError('llm_rate_limited', { values: { retryAfterSeconds }, retryAfterSeconds });
}

function overloaded(retryAfterSeconds: number): NaraeError {
  return new NaraeError('overloaded', {
    values: { what: 'the model server is overloaded', retryAfterSeconds },
    retryAfterSeconds,
  });
}

export function looksLikeHtml(text: string): boolean {
  return /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(text);
}

export function htmlError(status: number): NaraeError {
  return malformed(`a web page (status ${status})`);
}

function malformed(reason: string): NaraeError {
  return new NaraeError('llm_malformed', { values: { reason } });
}

/** The message inside an error body of any common shape, redacted. */
function reasonOf(text: string, apiKey: string | undefined): string {
  if (looksLikeHtml(text)) return 'it sent a web page';
  const message = messageIn(parseJson(text)) ?? text;
  return redact(message, apiKey) || 'no reason given';
}

function messageIn(body: unknown): string | undefined {
  if (typeof body === 'string') return body;
  if (typeof body !== 'object' || body === null) return undefined;
  const { error, message, detail } = body as Record<string, unknown>;
  return (
    messageIn(error) ?? messageIn(message) ?? (detail === undefined ? undefined : JSON.stringify(detail))
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds from `retry-after-ms` or `Retry-After` (seconds or a date), at least 1 and at most an hour. */
export function readRetryAfter(headers: ReplyHeaders, nowMs = Date.now()): number | undefined {
  const ms = Number(headers['retry-after-ms']);
  const value = String(headers['retry-after'] ?? '').trim();
  const seconds = ms > 0 ? ms / 1000 : /^\d+(\.\d+)?$/.test(value) ? Number(value) : untilDate(value, nowMs);
  return Number.isFinite(seconds) ? Math.min(3600, Math.max(1, Math.ceil(seconds))) : undefined;
}

function untilDate(value: string, nowMs: number): number {
  return (Date.parse(value) - nowMs) / 1000;
}

/** Reports an error object that came inside a stream; `type` and `code` decide what kind it is. */
export function errorInStream(body: unknown, upstream: UpstreamIdentity): NaraeError {
  const error = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const text = JSON.stringify(body) ?? '';
  const reason = redact(messageIn(body) ?? (text || 'no reason given'), upstream.apiKey);
  if (isOutOfCredit(text)) return outOfCredit(statusIn(error), reason);
  return statusError(statusIn(error), reason, upstream);
}

function statusIn(error: Readonly<Record<string, unknown>>): number {
  for (const value of [error.status, error.status_code, error.code])
    if (Number(value) >= 400 && Number(value) < 600) return Number(value);
  const kind = `${error.type} ${error.code}`;
  if (/rate_limit/.test(kind)) return 429;
  if (/overloaded/.test(kind)) return 529;
  if (/authentication|permission|invalid_api_key/.test(kind)) return 401;
  if (/invalid_request|not_found|context_length/.test(kind)) return 400;
  return 500;
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'the connection timed out',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed without an answer',
};

/** The process, or the whole system, has as many files open as it may. */
const OUT_OF_FILES = new Set(['EMFILE', 'ENFILE']);

export interface TransportSituation extends UpstreamIdentity {
  readonly calledAs: CalledAs;
  readonly connectTimeoutMs: number;
  /** True once the reply's head had arrived. */
  readonly replied: boolean;
}

/** What a failure below HTTP means. */
export function transportError(error: unknown, situation: TransportSituation): NaraeError {
  if (error instanceof NaraeError) return error;
  const code = errorCode(error);
  if (OUT_OF_FILES.has(code)) return outOfFiles(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return connectTimeout(situation, error);
  if (code.startsWith('HPE_') || code.startsWith('UND_ERR_RESPONSE_'))
    return new NaraeError('llm_malformed', { values: { reason: 'a reply that is not HTTP' }, cause: error });
  if (situation.replied)
    return new NaraeError('llm_stream_broken', {
      values: { reason: 'the connection was lost' },
      cause: error,
    });
  const reason = UNREACHABLE[code] ?? (code.includes('CERT') ? 'its certificate is not trusted' : code);
  return new NaraeError('llm_unreachable', { values: { host: situation.host, reason }, cause: error });
}

/** No fault of the model's server: nothing was sent to it. */
function outOfFiles(cause: unknown): LimitExceeded {
  const values = { what: 'no further file may be opened for a connection', retryAfterSeconds: 1 };
  return new LimitExceeded('overloaded', { values, retryAfterSeconds: 1, cause });
}

function connectTimeout({ calledAs, connectTimeoutMs }: TransportSituation, cause: unknown): NaraeError {
  const limit = { limitMs: connectTimeoutMs, phase: 'connecting', key: 'connectTimeoutSeconds' };
  return timeoutError(calledAs, limit, cause);
}

/** `key` is the option that sets the limit; `phase` what the call was at when it ran out. */
export function timeoutError(
  { model, endpoint }: CalledAs,
  { limitMs, phase, key }: { readonly limitMs: number; readonly phase: string; readonly key: string },
  cause?: unknown,
): NaraeError {
  const where = endpoint === undefined ? phase : `${phase}, endpoint ${endpoint}`;
  return new NaraeError('llm_timeout', {
    values: { model, seconds: limitMs / 1000, phase: where, key },
    cause,
  });
}

/** The system's or undici's code, also from inside an AggregateError (several addresses were tried). */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  const code = (error as NodeJS.ErrnoException).code;
  if (code) return code;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? errorCode(inner) : error.name;
}
