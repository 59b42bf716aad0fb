import {
  type BatchFlow,
  BatchIterator,
  type BatchSink,
  type BatchSource,
  NaraeError,
  toNaraeError,
} from '../../core/index.js';
import type { AnswerPart } from '../../llm/spec.js';
import type { RunEvent } from '../../threads/spec.js';
import type { RunPart } from './spec.js';

/** A run's events as the parts of its answer, ending in exactly one `finish` or `error` whatever became of the run. */
export class ThreadParts implements BatchSource<AnswerPart> {
  readonly #events: BatchSource<RunEvent<RunPart>>;

  constructor(events: BatchSource<RunEvent<RunPart>>) {
    this.#events = events;
  }

  [Symbol.asyncIterator](): BatchIterator<AnswerPart> {
    return new BatchIterator(this);
  }

  pipe(sink: BatchSink<AnswerPart>): BatchFlow {
    return this.#events.pipe(new PartSink(sink));
  }
}

class PartSink implements BatchSink<RunEvent<RunPart>> {
  readonly #sink: BatchSink<AnswerPart>;
  #isOver = false;

  constructor(sink: BatchSink<AnswerPart>) {
    this.#sink = sink;
  }

  push(batch: readonly RunEvent<RunPart>[]): void {
    const parts = batch.map(({ part }) => part).filter(isAnswerPart);
    const last = parts.at(-1);
    this.#isOver ||= last?.type === 'finish' || last?.type === 'error';
    if (parts.length > 0) this.#sink.push(parts);
  }

  end(): void {
    if (!this.#isOver) this.#sink.push([{ type: 'error', error: new NaraeError('aborted') }]);
    this.#sink.end();
  }

  fail(thrown: unknown): void {
    if (!this.#isOver) this.#sink.push([{ type: 'error', error: toNaraeError(thrown) }]);
    this.#sink.end();
  }
}

function isAnswerPart(part: RunPart): part is AnswerPart {
  return part.type !== 'turn' && part.type !== 'graph-event';
}
