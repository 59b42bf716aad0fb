import { Gauge, type Registry } from 'prom-client';

/** What is under way on one endpoint of a model. */
export interface EndpointLoad {
  readonly model: string;
  readonly endpoint: string;
  readonly inFlight: number;
  /** Calls that wait for a place on its server. */
  readonly waiting: number;
  readonly limit: number;
}

export function followDegraded(registry: Registry, read: () => readonly string[]): void {
  new Gauge({
    name: 'narae_degraded',
    help: 'Processes in which a part has to wait for Redis, or to do without it; /readyz names the parts too.',
    labelNames: ['part'],
    registers: [registry],
    collect() {
      this.reset();
      for (const part of read()) this.set({ part }, 1);
    },
  });
}

const ENDPOINT_GAUGES = [
  ['narae_endpoint_in_flight', "Calls under way on a model's endpoint.", 'inFlight'],
  ['narae_endpoint_waiting', "Calls that wait for a place on the endpoint's server.", 'waiting'],
  ['narae_endpoint_limit', "Calls that may be under way on the endpoint's server.", 'limit'],
] as const;

export function followEndpoints(registry: Registry, read: () => readonly EndpointLoad[]): void {
  for (const [name, help, field] of ENDPOINT_GAUGES)
    new Gauge({
      name,
      help,
      labelNames: ['gen_ai_request_model', 'endpoint'],
      registers: [registry],
      collect() {
        for (const { model, endpoint, [field]: value } of read())
          this.set({ gen_ai_request_model: model, endpoint }, value);
      },
    });
}
