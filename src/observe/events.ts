import type { ErrorCode } from '../core/index.js';

/** The stages of one question, in their order (see docs/reference/architecture.md). */
export type Stage = 'admit' | 'prepare' | 'embed' | 'retrieve' | 'recall' | 'generate' | 'settle';

/**
 * What a look into a cache came to. `joined`: a twin was computing it. `negative`: a remembered failure.
 * `unreadable`: an entry of the shared tier that had to be dropped; `shared-failed`: that tier was down or slow; both
 * come before the outcome of the whole look.
 */
export type CacheReadOutcome =
  | 'hit'
  | 'stale'
  | 'joined'
  | 'miss'
  | 'bypass'
  | 'negative'
  | 'unreadable'
  | 'shared-failed';

/** State of an endpoint's circuit breaker. */
export type EndpointState = 'closed' | 'open' | 'half-open';

/**
 * Everything that Narae tells about itself. Rooms emit these; sinks (logs, metrics, later traces) turn them into
 * what operators read. An event holds no question, no answer and no key unless its field says so.
 * Durations are milliseconds.
 */
export type NaraeEvent =
  | { type: 'request-started'; route: string }
  | {
      type: 'request-finished';
      requestId: string;
      method: string;
      /** The route's pattern, never the raw path: bounded in number. */
      route: string;
      status: number;
      durationMs: number;
      responseBytes?: number;
    }
  | {
      type: 'stage-finished';
      requestId: string;
      stage: Stage;
      outcome: 'ok' | 'error' | 'aborted';
      durationMs: number;
    }
  | { type: 'generation-started'; provider: string; model: string }
  | {
      type: 'generation-finished';
      requestId: string;
      provider: string;
      /** The model that was asked for. */
      model: string;
      /** Who wrote the answer, where that was another. */
      fallback?: { readonly provider: string; readonly model: string };
      durationMs: number;
      /** Absent when no content part arrived. */
      firstTokenMs?: number;
      inputTokens: number;
      outputTokens: number;
      outcome: 'ok' | 'error' | 'aborted';
      errorCode?: ErrorCode;
    }
  | {
      type: 'endpoint-state-changed';
      model: string;
      /** The endpoint's name: host and port, unless it was given another. */
      endpoint: string;
      from: EndpointState;
      to: EndpointState;
      /** What the last failure was. */
      errorCode?: ErrorCode;
    }
  | {
      type: 'generation-retried';
      requestId?: string;
      model: string;
      /** Where the attempt before failed. */
      endpoint: string;
      /** Number of the attempt that follows, from 2. */
      attempt: number;
      /** Wait before it. */
      delayMs: number;
      errorCode: ErrorCode;
    }
  | {
      type: 'generation-hedged';
      requestId?: string;
      model: string;
      /** How long the first call had taken when the second was made. */
      delayMs: number;
      outcome: 'first-won' | 'second-won' | 'failed';
    }
  | {
      type: 'generation-fell-back';
      requestId?: string;
      model: string;
      /** The model that is asked instead. */
      fallback: string;
      errorCode: ErrorCode;
    }
  | {
      type: 'generation-stopped-early';
      requestId?: string;
      model: string;
      rule: 'characters' | 'tokens' | 'sentence' | 'stop-text';
    }
  | {
      /** Only of calls that were not let in at once. */
      type: 'limit-waited';
      limit: 'total' | 'endpoint';
      endpoint?: string;
      waitedMs: number;
      outcome: 'admitted' | 'refused' | 'aborted';
    }
  | {
      type: 'embedding-finished';
      embedder: string;
      texts: number;
      durationMs: number;
      purpose: 'query' | 'document';
    }
  | {
      type: 'flow-node-finished';
      graph: string;
      node: string;
      outcome: 'ok' | 'error' | 'aborted' | 'interrupted';
      durationMs: number;
    }
  | {
      /** Whether a kept answer served a question that means the same; only where that is switched on. */
      type: 'answer-reuse-decided';
      outcome: 'reused' | 'missed';
      /** Of a miss, one of a few words: `evidence-differs`, `guard:negation`. */
      reason?: string;
    }
  | {
      /** The model was asked as well, after a reused answer was out. `failed`: it gave nothing to compare. */
      type: 'answer-reuse-checked';
      outcome: 'same' | 'different' | 'failed';
      /** Where the answers differed: `number`, `polarity`, `words` and the like. */
      difference?: string;
    }
  | { type: 'cache-read'; cache: string; outcome: CacheReadOutcome }
  | { type: 'ingest-started'; jobId: string; collection: string; origin: 'folder' | 'upload' }
  | {
      type: 'ingest-finished';
      jobId: string;
      collection: string;
      outcome: 'ok' | 'error' | 'aborted';
      durationMs: number;
      documents: number;
      chunksEmbedded: number;
      chunksReused: number;
      errorCode?: ErrorCode;
    }
  | { type: 'ingest-file-failed'; collection: string; source: string; code: ErrorCode; reason: string }
  | { type: 'index-changed'; collection: string; documents: number; chunks: number; version: number }
  | { type: 'error'; code: ErrorCode; message: string; requestId?: string; cause?: unknown }
  /** Emitted only where the operator asked for questions in the log. */
  | { type: 'question-asked'; requestId: string; question: string }
  | {
      type: 'notice';
      /** Default: `info`. */
      level?: 'info' | 'warn';
      message: string;
      details?: Readonly<Record<string, string | number | boolean>>;
    };

/** Receives every event, synchronously. Must not throw and must not block. */
export type EventSink = (event: NaraeEvent) => void;
