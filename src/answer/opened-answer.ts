import type { AnswerHead } from './answer-head.js';
import type { OpenedParts } from './opened-parts.js';

/** An answer whose beginning is known. */
export interface OpenedAnswer {
  readonly head: AnswerHead;
  /** Rejects while nothing was said yet. */
  readonly body: Promise<OpenedParts>;
}
