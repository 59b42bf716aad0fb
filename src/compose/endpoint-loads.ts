import type { RoutingHealth } from '../llm/index.js';
import type { EndpointLoad } from '../observe/index.js';

/** The models' endpoints as metrics show them: without their state, which events tell. */
export function endpointLoads({ models }: RoutingHealth): EndpointLoad[] {
  return models.flatMap(({ model, endpoints }) =>
    endpoints.map(({ name: endpoint, inFlight, waiting, limit }) => ({
      model,
      endpoint,
      inFlight,
      waiting,
      limit,
    })),
  );
}
