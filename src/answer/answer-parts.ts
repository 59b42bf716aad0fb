import {
  type BatchFlow,
  BatchIterator,
  type BatchSink,
  type BatchSource,
  type DerivedSignal,
  newId,
  toNaraeError,
} from '../core/index.js';
import type { AnswerPart } from '../llm/spec.js';
import type { OpenGeneration } from './generate.js';
import type { Run } from './run.js';
import type { Prompt } from './write-prompt.js';

const NOT_YET = Promise.resolve(undefined);

/** `start` and `sources`, then the model's parts; a failure anywhere becomes the one `error` part. */
export class AnswerParts implements BatchSource<AnswerPart>, BatchFlow, BatchSink<AnswerPart> {
  readonly #run: Run;
  readonly #prompt: Promise<Prompt>;
  readonly #opening: Promise<OpenGeneration>;
  readonly #derived: DerivedSignal;
  #sink: BatchSink<AnswerPart> | undefined;
  #flow: BatchFlow | undefined;
  #isOver = false;

  /** `derived` is the signal under which prompt and generation run. */
  constructor(run: Run, prompt: Promise<Prompt>, opening: Promise<OpenGeneration>, derived: DerivedSignal) {
    this.#run = run;
    this.#prompt = prompt;
    this.#opening = opening;
    this.#derived = derived;
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
    this.#derived.abort();
    this.#derived.dispose();
  }

  push(batch: readonly AnswerPart[]): void {
    if (!this.#isOver) this.#sink?.push(batch);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#derived.dispose();
    this.#sink?.end();
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.stop();
    this.#sink?.push([{ type: 'error', error: toNaraeError(error, this.#run.request.requestId) }]);
    this.#sink?.end();
  }

  async #begin(): Promise<void> {
    const head = this.#head(await this.#prompt);
    // With the first text already here, both leave in one batch; else the sources need not wait for the model.
    const early = await Promise.race([this.#opening, NOT_YET]);
    if (early === undefined) this.push(head);
    const generation = early ?? (await this.#opening);
    if (this.#isOver) return;
    this.#flow = generation.pipe(this);
    this.push(early === undefined ? generation.first : [...head, ...generation.first]);
  }

  #head({ model, evidence, sources }: Prompt): AnswerPart[] {
    const provider = model.provider.name;
    const createdAtMs = this.#run.clock.now();
    return [
      { type: 'start', id: newId('chatcmpl'), model: model.name, provider, createdAtMs },
      { type: 'sources', sources, ...(evidence.search && { search: evidence.search }) },
    ];
  }
}
