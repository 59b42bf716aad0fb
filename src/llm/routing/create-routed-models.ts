import { Closer, systemClock } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import { fixedLimit, Limiter, systemTimers, type Timers } from '../../resilience/index.js';
import { EXTRACTIVE } from '../options.js';
import { invalidOption, ProviderPool } from '../provider-pool.js';
import { extractiveModel, type LlmModel, type LlmRegistry, registryOf, toModel } from '../registry.js';
import type { LlmProvider } from '../spec.js';
import type { RoutedEndpoint } from './endpoint.js';
import { EndpointFactory } from './endpoint-factory.js';
import { EndpointGroup } from './endpoint-group.js';
import { healthOf, type RoutingHealth } from './health.js';
import { LastResortProvider, StoredAnswers } from './last-resort.js';
import type { RoutedLlmOptions, RoutedModelOptions } from './options.js';
import { policyOf } from './policies.js';
import { DirectRoute, type Route } from './route.js';
import { RoutedModel } from './routed-model.js';

export interface RoutedModels extends LlmRegistry {
  health(): RoutingHealth;
}

export interface RoutingTools {
  readonly emit: EventSink;
  /** Default: the system's. */
  readonly timers?: Timers;
}

/**
 * Builds every configured model on its endpoints, and `extractive`. A server that several models name is one: they
 * share its connections and its limit. Throws `config_invalid` for a bad address, a name used twice, a fallback or
 * default model that is not there. `close` refuses whoever waits and cuts off what is under way.
 */
export function createRoutedModels(options: RoutedLlmOptions, tools: RoutingTools): RoutedModels {
  return new Assembly(options, tools).routedModels();
}

/** What the models are put together from. */
class Assembly {
  readonly #options: RoutedLlmOptions;
  readonly #emit: EventSink;
  readonly #timers: Timers;
  readonly #pool: ProviderPool;
  readonly #factory: EndpointFactory;
  /** Shared by all models. */
  readonly #limiter: Limiter;
  /** Shared by all models; undefined when none are kept. */
  readonly #answers: StoredAnswers | undefined;
  readonly #extractive: LlmModel;
  readonly #endpoints = new Map<string, readonly RoutedEndpoint[]>();
  /** By model; a model's fallbacks are other models' routes. */
  readonly #routes = new Map<string, Route>();

  constructor(options: RoutedLlmOptions, { emit, timers = systemTimers }: RoutingTools) {
    const { maxInFlight, queue } = options.routing.limits;
    this.#options = options;
    this.#extractive = extractiveModel(options.cache);
    this.#emit = emit;
    this.#timers = timers;
    this.#pool = new ProviderPool(options);
    this.#factory = new EndpointFactory(options.routing, this.#pool, { emit, timers });
    const { lastResort } = options.routing;
    this.#answers = lastResort.limitBytes > 0 ? new StoredAnswers(lastResort) : undefined;
    this.#limiter = new Limiter('answers under way', fixedLimit(maxInFlight), queue, timers);
  }

  routedModels(): RoutedModels {
    const { models, defaultModel } = this.#options;
    for (const [index, model] of models.entries()) this.#addRoute(model, `llm.models[${index}]`);
    this.#routes.set(EXTRACTIVE, new DirectRoute(EXTRACTIVE, this.#extractive.provider));
    const routed = models.map((model, index) => this.#model(model, `llm.models[${index}]`));
    const closer = this.#closer();
    return {
      ...registryOf([...routed, this.#extractive], defaultModel, () => closer.close()),
      health: () => healthOf(this.#endpoints, this.#limiter),
    };
  }

  #addRoute(model: RoutedModelOptions, key: string): void {
    const { routing } = this.#options;
    const endpoints = this.#factory.endpointsOf(model, key);
    const group = new EndpointGroup({
      model: model.name,
      endpoints,
      policy: policyOf(model.policy ?? routing.policy),
      options: routing,
      emit: this.#emit,
      timers: this.#timers,
    });
    this.#endpoints.set(model.name, endpoints);
    this.#routes.set(model.name, group);
  }

  #model(model: RoutedModelOptions, key: string): LlmModel {
    const { routing, totalTimeoutMs } = this.#options;
    const earlyStop = model.earlyStop ?? routing.earlyStop;
    const provider = new RoutedModel({
      providers: (this.#endpoints.get(model.name) ?? []).map((endpoint) => endpoint.provider),
      routes: [this.#route(model.name, key), ...this.#fallbacks(model, key)],
      limiter: this.#limiter,
      totalTimeoutMs,
      wheel: this.#pool.wheel,
      earlyStop,
      emit: this.#emit,
      timers: this.#timers,
    });
    const options: RoutedModelOptions = { cache: this.#options.cache ?? 'auto', ...model, earlyStop };
    return toModel(options, this.#withLastResort(provider, model.name));
  }

  #withLastResort(provider: LlmProvider, model: string): LlmProvider {
    return this.#answers ? new LastResortProvider(provider, model, this.#answers, systemClock) : provider;
  }

  /** The general chain is everybody's, without the model itself. */
  #fallbacks(model: RoutedModelOptions, key: string): Route[] {
    const general = this.#options.routing.fallback.filter((name) => name !== model.name);
    if (model.fallback === undefined) return general.map((name) => this.#route(name, 'routing.fallback'));
    return model.fallback.map((name) => this.#route(name, `${key}.fallback`));
  }

  #route(name: string, key: string): Route {
    const route = this.#routes.get(name);
    if (route !== undefined) return route;
    const known = [...this.#routes.keys()].join(', ');
    throw invalidOption(key, `names no model "${name}"; there are: ${known}`);
  }

  /** Whoever waits goes first, so that nobody is let in while the connections close. */
  #closer(): Closer {
    const closer = new Closer();
    closer.add('the connections', () => this.#pool.close());
    closer.add('the queues of the model servers', () => this.#factory.close());
    closer.add('the queue of answers', () => this.#limiter.close());
    return closer;
  }
}
