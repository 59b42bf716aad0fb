import {
  abortReason,
  type BatchFlow,
  BatchGate,
  type BatchSink,
  NaraeError,
  pour,
  throwIfAborted,
  toNaraeError,
} from '../core/index.js';
import type { AnswerPart, LlmPart } from '../llm/spec.js';
import { CitedParts } from './cited-parts.js';
import { GenerationReport } from './generation-report.js';
import type { Run } from './run.js';
import type { Prompt } from './write-prompt.js';

/** A generation whose first parts are here. */
export interface OpenGeneration {
  readonly first: readonly AnswerPart[];
  /** What follows, up to `finish`; a failure is a NaraeError. */
  pipe(sink: BatchSink<AnswerPart>): BatchFlow;
}

/** Starts the model and waits for its first parts. Rejects with an `llm_…` error while nothing was said yet. */
export function openGeneration(run: Run, prompt: Prompt): Promise<OpenGeneration> {
  throwIfAborted(run.signal);
  return new Promise((resolve, reject) => new Generation(run, prompt, resolve, reject).start(prompt));
}

/** One run of a model, as batches of answer parts. Always told as ended once, also when nobody reads it to the end. */
class Generation implements OpenGeneration, BatchSink<LlmPart> {
  first: readonly AnswerPart[] = [];
  readonly #cited: CitedParts;
  readonly #report: GenerationReport;
  readonly #run: Run;
  readonly #resolve: (generation: OpenGeneration) => void;
  readonly #reject: (error: NaraeError) => void;
  readonly #rest = new BatchGate<AnswerPart>();
  #isOpen = false;
  #isOver = false;

  constructor(
    run: Run,
    prompt: Prompt,
    resolve: (generation: OpenGeneration) => void,
    reject: (error: NaraeError) => void,
  ) {
    const { evidence, sources } = prompt;
    const { emit, clock, request, options } = run;
    this.#run = run;
    this.#resolve = resolve;
    this.#reject = reject;
    const checked = evidence.retrieval === 'done';
    const footnotes = request.footnotes ?? options.footnotes;
    this.#cited = new CitedParts({ sources, checked, footnotes });
    this.#report = new GenerationReport(emit, clock, request.requestId, prompt);
  }

  start({ model, llmRequest }: Prompt): void {
    const { request, signal } = this.#run;
    const { requestId, tenant } = request;
    signal.addEventListener('abort', () => this.#report.failed(abortReason(signal)), { once: true });
    try {
      this.#rest.feed(pour(model.provider.stream(llmRequest, { signal, requestId, tenant }), this));
    } catch (error) {
      this.fail(error);
    }
  }

  pipe(sink: BatchSink<AnswerPart>): BatchFlow {
    this.#rest.open(sink);
    return this.#rest;
  }

  push(batch: readonly LlmPart[]): void {
    if (this.#isOver) return;
    this.#report.saw(batch);
    const isLast = batch.at(-1)?.type === 'finish';
    if (isLast) this.#finish();
    const parts = this.#cited.push(batch);
    if (parts.length > 0) this.#give(parts);
    if (isLast) this.#rest.end();
  }

  end(): void {
    if (!this.#isOver) this.fail(new NaraeError('llm_stream_broken', { values: { reason: 'no finish' } }));
  }

  fail(thrown: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#report.failed(thrown);
    const error = toNaraeError(thrown, this.#run.request.requestId);
    if (this.#isOpen) this.#rest.fail(error);
    else this.#reject(error);
  }

  #give(parts: readonly AnswerPart[]): void {
    if (this.#isOpen) {
      this.#rest.push(parts);
      return;
    }
    this.#isOpen = true;
    this.first = parts;
    this.#resolve(this);
  }

  #finish(): void {
    this.#isOver = true;
    this.#report.ended();
    this.#run.timings.generate = this.#report.durationMs;
  }
}
