import { abortReason, NaraeError, throwIfAborted, toNaraeError } from '../core/index.js';
import type { AnswerPart, LlmPart } from '../llm/spec.js';
import { CitedParts } from './cited-parts.js';
import { GenerationReport } from './generation-report.js';
import type { Run } from './run.js';
import type { Prompt } from './write-prompt.js';

/** A generation whose first parts are here. */
export interface OpenGeneration {
  readonly first: readonly AnswerPart[];
  readonly rest: Generation;
}

/** Starts the model and waits for its first parts. Rejects with an `llm_…` error while nothing was said yet. */
export async function openGeneration(run: Run, prompt: Prompt): Promise<OpenGeneration> {
  throwIfAborted(run.signal);
  const rest = new Generation(run, prompt);
  return { first: (await rest.next()) ?? [], rest };
}

/** One run of a model, as batches of answer parts. Always told as ended once, also when nobody reads it to the end. */
class Generation {
  readonly #iterator: AsyncIterator<readonly LlmPart[]>;
  readonly #cited: CitedParts;
  readonly #report: GenerationReport;
  readonly #run: Run;
  #finished = false;

  constructor(run: Run, prompt: Prompt) {
    const { llmRequest, model, evidence, sources } = prompt;
    const { emit, clock, request, options, signal } = run;
    this.#run = run;
    const checked = evidence.retrieval === 'done';
    const footnotes = request.footnotes ?? options.footnotes;
    this.#cited = new CitedParts({ sources, checked, footnotes });
    this.#report = new GenerationReport(emit, clock, request.requestId, prompt);
    const context = { signal, requestId: request.requestId, tenant: request.tenant };
    this.#iterator = model.provider.stream(llmRequest, context)[Symbol.asyncIterator]();
    signal.addEventListener('abort', () => this.#report.failed(abortReason(signal)), { once: true });
  }

  /** The next parts, never none; undefined after `finish`. Rejects with a NaraeError. */
  async next(): Promise<readonly AnswerPart[] | undefined> {
    while (!this.#finished) {
      const parts = this.#cited.push(await this.#read());
      if (parts.length > 0) return parts;
    }
    return undefined;
  }

  async #read(): Promise<readonly LlmPart[]> {
    try {
      const result = await this.#iterator.next();
      if (result.done) throw new NaraeError('llm_stream_broken', { values: { reason: 'no finish' } });
      this.#report.saw(result.value);
      if (result.value.at(-1)?.type === 'finish') this.#finish();
      return result.value;
    } catch (error) {
      this.#report.failed(error);
      throw toNaraeError(error, this.#run.request.requestId);
    }
  }

  #finish(): void {
    this.#finished = true;
    this.#report.ended();
    this.#run.timings.generate = this.#report.durationMs;
    // Lets the provider put its connection back; the answer does not wait for that.
    this.#iterator.next().catch(() => {});
  }
}
