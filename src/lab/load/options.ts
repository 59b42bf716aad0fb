import { checkInteger, checkNumber, invalid } from '../check.js';
import type { LoadSnapshot } from './snapshot.js';

/** Where the load goes. */
export interface LoadTarget {
  /** With or without `/v1`: `http://127.0.0.1:8000`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  /** Further headers of every request; they win over ours. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in turn, as the only message. `{n}` becomes the request's number, so that no two are alike. */
  readonly prompts: readonly string[];
  /** Most tokens of an answer, as `max_tokens`. */
  readonly maxTokens?: number;
  /** Further fields of every request's body; they win over ours. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** When requests start. */
export type LoadShape =
  /** So many clients, each of which waits for its answer before it asks again. */
  | { readonly kind: 'closed'; readonly concurrency: number; readonly rampMs?: number }
  /** So many requests a second, whatever the server does: at even or at random (Poisson) intervals. */
  | { readonly kind: 'rate'; readonly perSecond: number; readonly spacing: 'even' | 'random' }
  /** At recorded times, in milliseconds from the first; `speed` 2 replays them twice as fast. */
  | { readonly kind: 'trace'; readonly timesMs: Float64Array; readonly speed: number };

export interface LoadOptions {
  readonly target: LoadTarget;
  readonly shape: LoadShape;
  /** How long to start requests; those under way are waited for. Absent: until `requests`, or the trace's end. */
  readonly durationMs?: number;
  /** Most requests to start. */
  readonly requests?: number;
  /** Requests, one after another, before anything is counted. Default 0. */
  readonly warmupRequests?: number;
  /** From sending to the end of the answer. Default 120,000. */
  readonly timeoutMs?: number;
  /** To open a connection. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** Streams at once in open loop; arrivals above it wait, and their wait counts. Default 10,000. */
  readonly maxInFlight?: number;
  /** Process whose CPU and memory are reported, with its children. Linux only. */
  readonly pid?: number;
  /** Ends the run; what is under way becomes `unfinished`. */
  readonly signal?: AbortSignal;
  readonly onSnapshot?: (snapshot: LoadSnapshot) => void;
  /** Between two snapshots. Default 1,000. */
  readonly snapshotMs?: number;
}

const CONCURRENCY_LIMIT = 50_000;
const RATE_LIMIT = 100_000;
const DAY_MS = 86_400_000;
const REQUESTS_LIMIT = 1_000_000_000;

export type CheckedLoad = LoadOptions &
  Required<
    Pick<LoadOptions, 'timeoutMs' | 'connectTimeoutMs' | 'maxInFlight' | 'warmupRequests' | 'snapshotMs'>
  >;

/** Fills in defaults. Throws `config_invalid` for a value out of range, or a run that would never end. */
export function checkLoad(options: LoadOptions): CheckedLoad {
  const checked = {
    ...options,
    timeoutMs: options.timeoutMs ?? 120_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    maxInFlight: options.maxInFlight ?? 10_000,
    warmupRequests: options.warmupRequests ?? 0,
    snapshotMs: options.snapshotMs ?? 1000,
  };
  checkShape(checked.shape);
  checkInteger('timeoutMs', checked.timeoutMs, 1, DAY_MS);
  checkInteger('connectTimeoutMs', checked.connectTimeoutMs, 1, DAY_MS);
  checkInteger('maxInFlight', checked.maxInFlight, 1, CONCURRENCY_LIMIT);
  checkInteger('warmupRequests', checked.warmupRequests, 0, REQUESTS_LIMIT);
  checkInteger('snapshotMs', checked.snapshotMs, 50, DAY_MS);
  checkEnd(checked);
  if (checked.target.prompts.length === 0) throw invalid('target.prompts', 'must hold at least one prompt');
  return checked;
}

/** When a run has started its last request: after a time, a number of requests, or whichever comes first. */
export interface PlannedEnd {
  readonly durationMs?: number;
  readonly requests?: number;
}

/** What is known before a run of its end: a trace's length and a rate's number of requests are times as well. */
export function plannedEnd({ shape, durationMs, requests }: LoadOptions): PlannedEnd {
  const arrivalsMs = lastArrivalMs(shape, requests);
  const ends = [durationMs, arrivalsMs].filter((end) => end !== undefined);
  return {
    ...(ends.length > 0 && { durationMs: Math.min(...ends) }),
    ...(requests !== undefined && arrivalsMs === undefined && { requests }),
  };
}

function lastArrivalMs(shape: LoadShape, requests = Number.POSITIVE_INFINITY): number | undefined {
  if (shape.kind === 'closed') return undefined;
  if (shape.kind === 'trace')
    return (shape.timesMs[Math.min(requests, shape.timesMs.length) - 1] ?? 0) / shape.speed;
  return Number.isFinite(requests) ? (requests * 1000) / shape.perSecond : undefined;
}

function checkShape(shape: LoadShape): void {
  if (shape.kind === 'rate') checkNumber('shape.perSecond', shape.perSecond, 0.001, RATE_LIMIT);
  if (shape.kind === 'trace') checkNumber('shape.speed', shape.speed, 0.001, 1_000_000);
  if (shape.kind !== 'closed') return;
  checkInteger('shape.concurrency', shape.concurrency, 1, CONCURRENCY_LIMIT);
  checkNumber('shape.rampMs', shape.rampMs ?? 0, 0, DAY_MS);
}

function checkEnd({ durationMs, requests, shape }: LoadOptions): void {
  if (durationMs !== undefined) checkNumber('durationMs', durationMs, 1, DAY_MS);
  if (requests !== undefined) checkInteger('requests', requests, 1, REQUESTS_LIMIT);
  if (durationMs === undefined && requests === undefined && shape.kind !== 'trace')
    throw invalid('durationMs', 'or requests is needed, or the run would never end');
}
