import type { Limiter } from '../../resilience/index.js';
import type { EndpointHealth, RoutedEndpoint } from './endpoint.js';

export interface ModelHealth {
  readonly model: string;
  readonly endpoints: readonly EndpointHealth[];
}

/** What is known from the calls that were made; nobody is asked. */
export interface RoutingHealth {
  /** Every routed model, in the order of the configuration. */
  readonly models: readonly ModelHealth[];
  /** Generations of all models together: under way, waiting for a place, and how many may be under way. */
  readonly inFlight: number;
  readonly waiting: number;
  readonly limit: number;
}

export function healthOf(
  models: ReadonlyMap<string, readonly RoutedEndpoint[]>,
  { inFlight, waiting, limit }: Limiter,
): RoutingHealth {
  return {
    models: [...models].map(([model, endpoints]) => ({
      model,
      endpoints: endpoints.map((endpoint) => endpoint.health()),
    })),
    inFlight,
    waiting,
    limit,
  };
}
