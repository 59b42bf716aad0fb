import {
  type BatchFlow,
  BatchIterator,
  type BatchSink,
  type BatchSource,
  type DerivedCancellation,
  toNaraeError,
} from '../core/index.js';
import type { AnswerPart } from '../llm/spec.js';
import type { OpenedAnswer } from './opened-answer.js';
import type { OpenedParts } from './opened-parts.js';

const NOT_YET = Promise.resolve(undefined);

/** `start` and `sources`, then the rest; a failure anywhere becomes the one `error` part. */
export class AnswerParts implements BatchSource<AnswerPart>, BatchFlow, BatchSink<AnswerPart> {
  readonly #requestId: string;
  readonly #opened: Promise<OpenedAnswer>;
  readonly #opening: Promise<OpenedParts>;
  readonly #cancel: DerivedCancellation;
  #sink: BatchSink<AnswerPart> | undefined;
  #flow: BatchFlow | undefined;
  #isOver = false;

  /** `opening` is the opened answer's body; `cancel` is that of everything that runs. */
  constructor(
    requestId: string,
    opened: Promise<OpenedAnswer>,
    opening: Promise<OpenedParts>,
    cancel: DerivedCancellation,
  ) {
    this.#requestId = requestId;
    this.#opened = opened;
    this.#opening = opening;
    this.#cancel = cancel;
  }

  [Symbol.asyncIterator](): BatchIterator<AnswerPart> {
    return new BatchIterator(this);
  }

  pipe(sink: BatchSink<AnswerPart>): BatchFlow {
    this.#sink = sink;
    this.#begin().catch((error: unknown) => this.fail(error));
    return this;
  }

  pause(): void {
    this.#flow?.pause();
  }

  resume(): void {
    this.#flow?.resume();
  }

  /** Left by its reader in the middle: whatever still runs is cancelled. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancel.abort();
    this.#cancel.dispose();
  }

  push(batch: readonly AnswerPart[]): void {
    if (!this.#isOver) this.#sink?.push(batch);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancel.dispose();
    this.#sink?.end();
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.stop();
    this.#sink?.push([{ type: 'error', error: toNaraeError(error, this.#requestId) }]);
    this.#sink?.end();
  }

  async #begin(): Promise<void> {
    const { head } = await this.#opened;
    // With the first text already here, both leave in one batch; else the sources need not wait for the model.
    const early = await Promise.race([this.#opening, NOT_YET]);
    if (early === undefined) this.push(head);
    const body = early ?? (await this.#opening);
    if (this.#isOver) return;
    this.#flow = body.pipe(this);
    this.push(early === undefined ? body.first : [...head, ...body.first]);
  }
}
