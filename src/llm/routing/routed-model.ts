import { type CancelSignal, throwIfAborted } from '../../core/index.js';
import { requireOneChoice } from '../several-choices.js';
import type { LlmContext, LlmPart, LlmProvider, LlmRequest } from '../spec.js';
import { hasRules, stopEarly } from './early-stop/index.js';
import { type RoutedModelSettings, RoutedStream } from './routed-stream.js';

/**
 * A model behind limits, endpoints and fallbacks, as one provider. Everything that a stream holds is freed when it
 * ends, when it is left, or at the moment its signal aborts, even if nobody iterates any more.
 */
export class RoutedModel implements LlmProvider {
  readonly name: string;
  readonly #settings: RoutedModelSettings;

  constructor(settings: RoutedModelSettings) {
    this.name = (settings.providers[0] as LlmProvider).name;
    this.#settings = settings;
  }

  stream(request: LlmRequest, context: LlmContext): AsyncIterable<readonly LlmPart[]> {
    const { earlyStop, emit, routes } = this.#settings;
    const parts = new RoutedStream(this.#settings, request, context);
    if (!hasRules(earlyStop)) return parts;
    requireOneChoice(request.parameters, 'answers of this model are ended by a rule');
    return stopEarly(parts, { rules: earlyStop, request }, (rule) =>
      emit({ type: 'generation-stopped-early', ...about(context), model: routes[0].model, rule }),
    );
  }

  /** From the first of the model's endpoints that answers. */
  async listModels(signal: CancelSignal): Promise<readonly string[]> {
    let failure: unknown;
    for (const provider of this.#settings.providers) {
      try {
        return await provider.listModels(signal);
      } catch (error) {
        throwIfAborted(signal);
        failure ??= error;
      }
    }
    throw failure;
  }

  /** Does nothing: the registry closes the connections, which models share. */
  async close(): Promise<void> {}
}

function about({ requestId }: LlmContext): { requestId?: string } {
  return requestId === undefined ? {} : { requestId };
}
