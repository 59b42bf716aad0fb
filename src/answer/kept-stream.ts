import type { AnswerPart, RecallFacts } from '../llm/spec.js';
import { type KeptAnswer, keptParts } from './recall/index.js';
import type { AnswerStream, StageTimings } from './spec.js';

const READY = Promise.resolve();

/** An answer that was in memory when it was asked for. */
export class KeptStream implements AnswerStream {
  readonly ready = READY;
  readonly kept: KeptAnswer;
  readonly timings: StageTimings;

  constructor(kept: KeptAnswer, timings: StageTimings) {
    this.kept = kept;
    this.timings = timings;
  }

  get recall(): RecallFacts {
    return this.kept.recall;
  }

  get parts(): AsyncIterable<readonly AnswerPart[]> {
    return atOnce(this.kept);
  }
}

async function* atOnce(kept: KeptAnswer): AsyncGenerator<readonly AnswerPart[], void, undefined> {
  yield keptParts(kept);
}
