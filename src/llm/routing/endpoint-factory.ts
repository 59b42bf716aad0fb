import type { EventSink } from '../../observe/index.js';
import {
  AdaptiveLimit,
  type ConcurrencyLimit,
  fixedLimit,
  Limiter,
  type Timers,
} from '../../resilience/index.js';
import { DEFAULT_BASE_URLS, type UpstreamOptions } from '../options.js';
import type { ProviderPool } from '../provider-pool.js';
import { FirstModelProvider } from '../providers/first-model.js';
import type { LlmProvider } from '../spec.js';
import { RoutedEndpoint } from './endpoint.js';
import type { EndpointOptions, LimitOptions, RoutedModelOptions, RoutingOptions } from './options.js';

/** Where an adaptive limit begins: enough for a small server, soon more for a large one. */
const ADAPTIVE_INITIAL = 20;
/** Twice the usual first-token time is a server with more than it can do. */
const ADAPTIVE_TOLERANCE = 2;

/** Makes the endpoints of all models; those on the same server share its limiter. */
export class EndpointFactory {
  readonly #options: RoutingOptions;
  readonly #pool: ProviderPool;
  readonly #emit: EventSink;
  readonly #timers: Timers;
  readonly #limiters = new Map<LlmProvider, Limiter>();

  constructor(options: RoutingOptions, pool: ProviderPool, tools: { emit: EventSink; timers: Timers }) {
    this.#options = options;
    this.#pool = pool;
    this.#emit = tools.emit;
    this.#timers = tools.timers;
  }

  /** The model's endpoints, at least one. `key` is where the model was configured. */
  endpointsOf(model: RoutedModelOptions, key: string): readonly RoutedEndpoint[] {
    const given: readonly EndpointOptions[] = model.endpoints?.length ? model.endpoints : [{}];
    const names = new Set<string>();
    return given.map((endpoint, index) => {
      const place = model.endpoints?.length ? `${key}.endpoints[${index}]` : key;
      return this.#create(model, endpoint, place, names);
    });
  }

  /** Refuses whoever waits for a place. */
  close(): void {
    for (const limiter of this.#limiters.values()) limiter.close();
  }

  #create(
    model: RoutedModelOptions,
    options: EndpointOptions,
    place: string,
    names: Set<string>,
  ): RoutedEndpoint {
    const upstream = upstreamOf(model, options);
    const server = this.#pool.get(upstream, place);
    const name = unique(options.name ?? hostOf(upstream), names);
    return new RoutedEndpoint({
      model: model.name,
      name,
      provider: model.useFirstModel === true ? new FirstModelProvider(server) : server,
      upstreamModel: options.upstreamModel ?? model.upstreamModel ?? model.name,
      weight: options.weight ?? 1,
      limiter: this.#limiterOf(server),
      breaker: this.#options.breaker,
      timers: this.#timers,
      onStateChange: (from, to, errorCode) =>
        this.#emit({
          type: 'endpoint-state-changed',
          model: model.name,
          endpoint: name,
          from,
          to,
          ...(errorCode !== undefined && { errorCode }),
        }),
    });
  }

  #limiterOf(provider: LlmProvider): Limiter {
    const known = this.#limiters.get(provider);
    if (known !== undefined) return known;
    const { limits } = this.#options;
    const made = new Limiter('requests to the model server', limitOf(limits), limits.queue, this.#timers);
    this.#limiters.set(provider, made);
    return made;
  }
}

function limitOf({ adaptive, maxInFlightPerEndpoint: max }: LimitOptions): ConcurrencyLimit {
  if (!adaptive) return fixedLimit(max);
  return new AdaptiveLimit({ min: 1, max, initial: ADAPTIVE_INITIAL, tolerance: ADAPTIVE_TOLERANCE });
}

/** What an endpoint leaves out is the model's; but a vendor's address, key and headers never go to the other vendor. */
function upstreamOf(model: RoutedModelOptions, endpoint: EndpointOptions): UpstreamOptions {
  const provider = endpoint.provider ?? model.provider;
  const inherited: Partial<UpstreamOptions> = provider === model.provider ? model : {};
  const baseUrl = endpoint.baseUrl ?? inherited.baseUrl;
  const apiKey = endpoint.apiKey ?? inherited.apiKey;
  const headers = endpoint.headers ?? inherited.headers;
  return {
    provider,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(apiKey !== undefined && { apiKey }),
    ...(headers !== undefined && { headers }),
  };
}

function hostOf({ baseUrl, provider }: UpstreamOptions): string {
  return new URL(baseUrl ?? DEFAULT_BASE_URLS[provider]).host;
}

/** The name, with a number where it is taken. */
function unique(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}#${number}`;
  taken.add(free);
  return free;
}
