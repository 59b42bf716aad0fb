import {
  type BatchFlow,
  BatchIterator,
  type BatchSink,
  type BatchSource,
  Cancellation,
  NaraeError,
  pour,
  toNaraeError,
} from '../core/index.js';
import type { AnswerPart, LlmPart } from '../llm/spec.js';
import { CitedParts } from './cited-parts.js';
import { GenerationReport } from './generation-report.js';
import type { Run } from './run.js';
import type { Prompt } from './write-prompt.js';

/**
 * One run of a model, as batches of answer parts up to `finish`; a failure is a NaraeError. Runs on its own: only
 * `stop` cancels it. Always told as ended once, also when nobody reads it to the end.
 */
export class Generation implements BatchSource<AnswerPart>, BatchFlow, BatchSink<LlmPart> {
  readonly #run: Run;
  readonly #prompt: Prompt;
  readonly #cited: CitedParts;
  readonly #cancel = new Cancellation();
  #report: GenerationReport | undefined;
  #sink: BatchSink<AnswerPart> | undefined;
  #flow: BatchFlow | undefined;
  #isOver = false;

  constructor(run: Run, prompt: Prompt) {
    const { evidence, sources } = prompt;
    const { request, options } = run;
    const checked = evidence.retrieval === 'done';
    const footnotes = request.footnotes ?? options.footnotes;
    this.#run = run;
    this.#prompt = prompt;
    this.#cited = new CitedParts({ sources, checked, footnotes });
  }

  [Symbol.asyncIterator](): BatchIterator<AnswerPart> {
    return new BatchIterator(this);
  }

  pipe(sink: BatchSink<AnswerPart>): BatchFlow {
    const { emit, clock, request } = this.#run;
    this.#sink = sink;
    this.#report = new GenerationReport(emit, clock, request.requestId, this.#prompt);
    try {
      this.#flow = pour(this.#upstream(), this);
    } catch (error) {
      queueMicrotask(() => this.fail(error));
    }
    return this;
  }

  pause(): void {
    this.#flow?.pause();
  }

  resume(): void {
    this.#flow?.resume();
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const reason = new NaraeError('aborted');
    this.#report?.failed(reason);
    this.#cancel.abort(reason);
    this.#flow?.stop();
  }

  push(batch: readonly LlmPart[]): void {
    if (this.#isOver) return;
    this.#report?.saw(batch);
    const isLast = batch.at(-1)?.type === 'finish';
    if (isLast) this.#finish();
    const parts = this.#cited.push(batch);
    if (parts.length > 0) this.#sink?.push(parts);
    if (isLast) this.#sink?.end();
  }

  end(): void {
    // Not before it is known to be needed: the stack of an error costs 20 µs.
    if (!this.#isOver) this.fail(new NaraeError('llm_stream_broken', { values: { reason: 'no finish' } }));
  }

  fail(thrown: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#report?.failed(thrown);
    this.#sink?.fail(toNaraeError(thrown, this.#run.request.requestId));
  }

  #upstream(): AsyncIterable<readonly LlmPart[]> {
    const { requestId, tenant } = this.#run.request;
    const { model, llmRequest } = this.#prompt;
    return model.provider.stream(llmRequest, { signal: this.#cancel, requestId, tenant });
  }

  #finish(): void {
    this.#isOver = true;
    this.#report?.ended();
    if (this.#report) this.#run.timings.generate = this.#report.durationMs;
  }
}
