import { abortReason, NaraeError, toNaraeError } from '../core/index.js';
import type { AnswerPart, LlmPart, LlmProvider, LlmRequest } from '../llm/spec.js';
import type { CitedParts } from './cited-parts.js';
import type { GenerationReport } from './generation-report.js';

/** One run of a model, as batches of answer parts. Always reported as ended, also when nobody reads it to the end. */
export class Generation {
  readonly #iterator: AsyncIterator<readonly LlmPart[]>;
  readonly #cited: CitedParts;
  readonly #report: GenerationReport;
  #finished = false;

  constructor(
    provider: LlmProvider,
    request: LlmRequest,
    tools: { cited: CitedParts; report: GenerationReport; signal: AbortSignal },
  ) {
    this.#iterator = provider.stream(request, tools)[Symbol.asyncIterator]();
    this.#cited = tools.cited;
    this.#report = tools.report;
    tools.signal.addEventListener('abort', () => this.#report.failed(abortReason(tools.signal)), {
      once: true,
    });
  }

  /** The next parts, never none; undefined after `finish`. Rejects with a NaraeError. */
  async next(): Promise<readonly AnswerPart[] | undefined> {
    if (this.#finished) return undefined;
    for (;;) {
      const parts = this.#cited.push(await this.#read());
      if (parts.length > 0) return parts;
    }
  }

  async #read(): Promise<readonly LlmPart[]> {
    try {
      const result = await this.#iterator.next();
      if (result.done) throw new NaraeError('llm_stream_broken', { values: { reason: 'no finish' } });
      this.#report.saw(result.value);
      if (result.value.some((part) => part.type === 'finish')) this.#finish();
      return result.value;
    } catch (error) {
      this.#report.failed(error);
      throw toNaraeError(error);
    }
  }

  #finish(): void {
    this.#finished = true;
    this.#report.ended();
    // Lets the provider put its connection back; the answer does not wait for that.
    this.#iterator.next().catch(() => {});
  }
}
