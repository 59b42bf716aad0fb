import type { RecallFacts } from '../../llm/spec.js';
import type { AnswerStream, StageTimings } from '../spec.js';
import type { ThreadParts } from './thread-parts.js';

/** The answer as its run tells it. */
export class StreamOnThread implements AnswerStream {
  readonly ready: Promise<void>;
  readonly timings: StageTimings;
  readonly parts: ThreadParts;
  readonly #answer: AnswerStream;

  constructor(answer: AnswerStream, parts: ThreadParts) {
    this.ready = answer.ready;
    this.timings = answer.timings;
    this.parts = parts;
    this.#answer = answer;
  }

  get recall(): RecallFacts {
    return this.#answer.recall;
  }
}
