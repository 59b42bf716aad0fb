import type { EndpointHealth, RoutingHealth } from '../../llm/index.js';
import type { App } from '../app.js';
import { type CacheRouteParts, cacheRoutes } from './caches.js';

export interface AdminRouteParts extends CacheRouteParts {
  /** What is known about the models' endpoints from their calls; asks nobody. */
  readonly endpointHealth: () => RoutingHealth;
}

const ENDPOINTS_SCHEMA = { tags: ['admin'], summary: 'Health of the endpoints of every model' };

/** What operators look at. Needs a key where keys are configured, as every route does that is not `open`. */
export async function adminRoutes(app: App, parts: AdminRouteParts): Promise<void> {
  const { endpointHealth } = parts;
  await cacheRoutes(app, parts);
  app.get('/admin/endpoints', { schema: ENDPOINTS_SCHEMA }, async () => healthJson(endpointHealth()));
}

function healthJson({ models, inFlight, waiting, limit }: RoutingHealth) {
  return {
    models: models.map(({ model, endpoints }) => ({ model, endpoints: endpoints.map(endpointJson) })),
    in_flight: inFlight,
    waiting,
    limit,
  };
}

function endpointJson(endpoint: EndpointHealth) {
  const { name, state, inFlight, waiting, limit, calls, failures } = endpoint;
  const { opensInMs, restsForMs, firstTokenMs, lastFailure } = endpoint;
  return {
    name,
    state,
    in_flight: inFlight,
    waiting,
    limit,
    calls,
    failures,
    ...(firstTokenMs !== undefined && { first_token_ms: Math.round(firstTokenMs * 10) / 10 }),
    ...(opensInMs !== undefined && { probe_in_ms: Math.ceil(opensInMs) }),
    ...(restsForMs !== undefined && { rests_for_ms: Math.ceil(restsForMs) }),
    ...(lastFailure && {
      last_failure: { code: lastFailure.code, at: new Date(lastFailure.atMs).toISOString() },
    }),
  };
}
