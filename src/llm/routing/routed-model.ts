import { abortReason, deriveSignal, NaraeError, throwIfAborted, toNaraeError } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import type { Limiter, Timers } from '../../resilience/index.js';
import { requireOneChoice } from '../several-choices.js';
import type { LlmContext, LlmPart, LlmProvider, LlmRequest } from '../spec.js';
import type { DeadlineWheel } from '../upstream/deadline-wheel.js';
import { admit } from './admit.js';
import { hasRules, stopEarly } from './early-stop/index.js';
import { type Found, openFirst } from './fallback.js';
import type { EarlyStopOptions } from './options.js';
import type { OpenedStream, Route } from './route.js';

export interface RoutedModelSettings {
  /** The providers of the model's endpoints, at least one. */
  readonly providers: readonly LlmProvider[];
  /** The model's own endpoints, then its fallbacks. */
  readonly routes: readonly [Route, ...Route[]];
  /** Shared by all models. */
  readonly limiter: Limiter;
  /** From the first attempt to the end of the answer, whatever number of attempts that takes. */
  readonly totalTimeoutMs: number;
  readonly wheel: Pick<DeadlineWheel, 'start'>;
  readonly earlyStop: EarlyStopOptions;
  readonly emit: EventSink;
  readonly timers: Timers;
}

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
    if (!hasRules(earlyStop)) return this.#run(request, context);
    requireOneChoice(request.parameters, 'answers of this model are ended by a rule');
    const parts = this.#run(request, context);
    return stopEarly(parts, { rules: earlyStop, request }, (rule) =>
      emit({ type: 'generation-stopped-early', ...about(context), model: routes[0].model, rule }),
    );
  }

  /** From the first of the model's endpoints that answers. */
  async listModels(signal: AbortSignal): Promise<readonly string[]> {
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

  async *#run(request: LlmRequest, context: LlmContext): AsyncGenerator<readonly LlmPart[], void, void> {
    const { limiter, timers, wheel, totalTimeoutMs } = this.#settings;
    const permit = await admit(limiter, context.signal, timers, (waitedMs, outcome) =>
      this.#settings.emit({ type: 'limit-waited', limit: 'total', waitedMs, outcome }),
    );
    const derived = deriveSignal(context.signal);
    const deadline = wheel.start(totalTimeoutMs, () => derived.abort(this.#timeout()));
    let opened: OpenedStream | undefined;
    const leave = (): void => {
      deadline.cancel();
      derived.dispose();
      opened?.close();
      permit.release();
    };
    derived.signal.addEventListener('abort', leave, { once: true });
    try {
      const found = await this.#open(request, context, derived.signal);
      opened = found.opened;
      // The abort may have come between the content's arrival and this line.
      throwIfAborted(derived.signal);
      yield this.#withWriter(found);
      for (;;) {
        const result = await opened.next();
        if (derived.signal.aborted) throw abortReason(derived.signal);
        if (result.done) return;
        yield result.value;
      }
    } finally {
      leave();
    }
  }

  #open(request: LlmRequest, context: LlmContext, signal: AbortSignal): Promise<Found> {
    const { routes, emit } = this.#settings;
    const call = { signal, requestId: context.requestId };
    return openFirst(routes, request, call, (from, to, error) =>
      emit({
        type: 'generation-fell-back',
        ...about(context),
        model: from.model,
        fallback: to.model,
        errorCode: toNaraeError(error).code,
      }),
    );
  }

  #withWriter({ route, opened }: Found): readonly LlmPart[] {
    if (route === this.#settings.routes[0]) return opened.first;
    const { model, provider } = route;
    return [{ type: 'writer', writer: { model, provider } }, ...opened.first];
  }

  #timeout(): NaraeError {
    const { routes, totalTimeoutMs } = this.#settings;
    const model = routes[0].model;
    const values = { model, seconds: totalTimeoutMs / 1000, phase: 'in all', key: 'totalTimeoutSeconds' };
    return new NaraeError('llm_timeout', { values });
  }
}

function about({ requestId }: LlmContext): { requestId?: string } {
  return requestId === undefined ? {} : { requestId };
}
