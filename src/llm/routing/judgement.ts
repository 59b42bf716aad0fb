import { type ErrorCode, NaraeError } from '../../core/index.js';
import { LimitExceeded } from '../../resilience/index.js';

/** What a failure before the first content means. */
export interface Judgement {
  /**
   * `nowhere`: the request itself is at fault, or its caller left; no endpoint and no other model would help.
   * `elsewhere`: this endpoint will not help, another one or another model may.
   * `again`: passing trouble; the same endpoint may help after a while.
   */
  readonly next: 'nowhere' | 'elsewhere' | 'again';
  /** Whether the circuit breaker counts it. */
  readonly blamesEndpoint: boolean;
  /** Whether it means too much load, from which an adaptive limit learns. */
  readonly isOverload: boolean;
}

const NOWHERE: Judgement = { next: 'nowhere', blamesEndpoint: false, isOverload: false };
const UNUSABLE: Judgement = { next: 'elsewhere', blamesEndpoint: true, isOverload: false };
const PASSING: Judgement = { next: 'again', blamesEndpoint: true, isOverload: false };
const OVERLOAD: Judgement = { next: 'again', blamesEndpoint: true, isOverload: true };
/** Our own doing: a full queue, an open breaker. */
const OURS: Judgement = { next: 'elsewhere', blamesEndpoint: false, isOverload: false };

const JUDGEMENTS: Partial<Record<ErrorCode, Judgement>> = {
  llm_unreachable: PASSING,
  llm_failed: PASSING,
  llm_stream_broken: PASSING,
  llm_malformed: PASSING,
  llm_timeout: OVERLOAD,
  overloaded: OVERLOAD,
  // A server that limits us is well: it rests for as long as it said, but its breaker stays closed.
  llm_rate_limited: { next: 'again', blamesEndpoint: false, isOverload: true },
  llm_unauthorized: UNUSABLE,
  llm_unavailable: OURS,
};

/** Statuses with which a server refuses the request's content, as any other server would. */
const REFUSED_CONTENT = new Set([400, 413, 422]);

export function judge(error: unknown): Judgement {
  if (error instanceof LimitExceeded) return OURS;
  if (!(error instanceof NaraeError)) return NOWHERE;
  if (error.code === 'llm_rejected') return REFUSED_CONTENT.has(error.status) ? NOWHERE : UNUSABLE;
  return JUDGEMENTS[error.code] ?? NOWHERE;
}
