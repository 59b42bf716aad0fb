import {
  abortReason,
  type BatchFlow,
  BatchGate,
  type BatchSink,
  type CancelSignal,
  NaraeError,
  toNaraeError,
} from '../core/index.js';
import type { AnswerPart } from '../llm/spec.js';

/** Parts whose first ones are here. */
export interface OpenedParts {
  readonly first: readonly AnswerPart[];
  /** What follows, up to `finish`; a failure is a NaraeError. */
  pipe(sink: BatchSink<AnswerPart>): BatchFlow;
}

/** Begins to read, by handing a sink to `pipe`. */
export type Pipe = (sink: BatchSink<AnswerPart>) => BatchFlow;

/**
 * Begins to read and waits for the first parts. Rejects with what fails before them. When the signal aborts, the
 * parts are left at once, and fail with its reason.
 */
export function openParts(pipe: Pipe, signal: CancelSignal): Promise<OpenedParts> {
  return new Promise((resolve, reject) => new Opening(signal, resolve, reject).start(pipe));
}

/** Holds the first parts; what follows goes through the gate. */
class Opening extends BatchGate<AnswerPart> implements OpenedParts {
  first: readonly AnswerPart[] = [];
  readonly #signal: CancelSignal;
  readonly #resolve: (opened: OpenedParts) => void;
  readonly #reject: (error: NaraeError) => void;
  readonly #leave = (): void => {
    this.#flow?.stop();
    this.fail(abortReason(this.#signal));
  };
  #flow: BatchFlow | undefined;
  #hasBegun = false;

  constructor(
    signal: CancelSignal,
    resolve: (opened: OpenedParts) => void,
    reject: (error: NaraeError) => void,
  ) {
    super();
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(pipe: Pipe): void {
    if (this.#signal.aborted) {
      this.#reject(abortReason(this.#signal));
      return;
    }
    this.#flow = pipe(this);
    this.feed(this.#flow);
    this.#signal.addEventListener('abort', this.#leave, { once: true });
  }

  pipe(sink: BatchSink<AnswerPart>): BatchFlow {
    this.open(sink);
    return this;
  }

  override push(batch: readonly AnswerPart[]): void {
    if (this.#hasBegun) {
      super.push(batch);
      return;
    }
    this.#hasBegun = true;
    this.first = batch;
    this.#resolve(this);
  }

  override end(): void {
    this.#signal.removeEventListener('abort', this.#leave);
    if (this.#hasBegun) super.end();
    else this.#reject(new NaraeError('llm_stream_broken', { values: { reason: 'no content' } }));
  }

  override fail(thrown: unknown): void {
    this.#signal.removeEventListener('abort', this.#leave);
    const error = toNaraeError(thrown);
    if (this.#hasBegun) super.fail(error);
    else this.#reject(error);
  }
}
