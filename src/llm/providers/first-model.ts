import type { CancelSignal } from '../../core/index.js';
import type { LlmContext, LlmPart, LlmProvider, LlmRequest } from '../spec.js';

/**
 * Asks the upstream which models it has and uses the first, for servers that run one model and users who need not
 * know its name. The answer is kept until a request fails, so that a server that changed its model is found again.
 */
export class FirstModelProvider implements LlmProvider {
  readonly name: string;
  readonly #upstream: LlmProvider;
  #found: string | undefined;

  /** `upstream` stays the caller's to close. */
  constructor(upstream: LlmProvider) {
    this.#upstream = upstream;
    this.name = upstream.name;
  }

  async *stream(
    request: LlmRequest,
    context: LlmContext,
  ): AsyncGenerator<readonly LlmPart[], void, undefined> {
    try {
      this.#found ??= await this.#ask(request.model, context.signal);
      yield* this.#upstream.stream({ ...request, model: this.#found }, context);
    } catch (error) {
      this.#found = undefined;
      throw error;
    }
  }

  listModels(signal: CancelSignal): Promise<readonly string[]> {
    return this.#upstream.listModels(signal);
  }

  async close(): Promise<void> {}

  /** A server that lists nothing is asked under the name that the client used. */
  async #ask(fallback: string, signal: CancelSignal): Promise<string> {
    const [first] = await this.#upstream.listModels(signal);
    return first ?? fallback;
  }
}
