import { type CancelSignal, DerivedCancellation, systemClock } from '../core/index.js';
import type { AnswerPart, RecallFacts } from '../llm/spec.js';
import { AnswerParts } from './answer-parts.js';
import type { OpenedAnswer } from './opened-answer.js';
import type { AnswerFlowParts, Run } from './run.js';
import type { AnswerRequest, AnswerStream, StageTimings } from './spec.js';
import { standInFacts } from './stand-in.js';

/** An answer on its way: work begins at once, before anybody iterates. */
export class StartedAnswer implements AnswerStream {
  readonly ready: Promise<void>;
  readonly parts: AnswerParts;
  readonly timings: StageTimings;
  recall: RecallFacts = { outcome: 'miss', reason: 'new' };

  constructor(
    parts: AnswerFlowParts,
    request: AnswerRequest,
    signal: CancelSignal,
    open: (run: Run) => Promise<OpenedAnswer>,
  ) {
    const cancel = new DerivedCancellation(signal);
    const run: Run = { clock: systemClock, ...parts, request, signal: cancel, timings: {} };
    const opened = open(run);
    const opening = opened.then(({ body }) => body);
    this.timings = run.timings;
    this.ready = Promise.all([opened, opening]).then(([{ head }, { first }]) => {
      this.recall = standIn(first) ?? head[0].recall ?? this.recall;
    });
    // The failure comes as the `error` part too; whoever waits for neither must not bring the process down.
    this.ready.catch(() => {
      // What still runs beside the stage that failed.
      cancel.abort();
      cancel.dispose();
    });
    this.parts = new AnswerParts(request.requestId, opened, opening, cancel);
  }
}

function standIn(first: readonly AnswerPart[]): RecallFacts | undefined {
  const part = first.find(({ type }) => type === 'writer');
  return part?.type === 'writer' ? standInFacts(part.writer) : undefined;
}
