import type { CancelSignal, Clock } from '../core/index.js';
import type { LlmRegistry } from '../llm/index.js';
import type { EventSink } from '../observe/index.js';
import type { Retriever } from '../retrieval/spec.js';
import type { AnswerOptions } from './options.js';
import type { Recall } from './recall/index.js';
import type { AnswerRequest, StageTimings } from './spec.js';

export interface AnswerFlowParts {
  readonly registry: LlmRegistry;
  readonly retriever: Retriever;
  readonly options: AnswerOptions;
  readonly emit: EventSink;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** The cache of answers. Absent: every answer is written anew. */
  readonly recall?: Recall;
}

/** What every stage of one answer works with. */
export interface Run extends AnswerFlowParts {
  readonly clock: Clock;
  readonly request: AnswerRequest;
  /** Aborts when the client leaves or the stream is left. */
  readonly signal: CancelSignal;
  /** Filled as stages end. */
  readonly timings: StageTimings;
}
