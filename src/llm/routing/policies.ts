import {
  LatencyAware,
  LeastInFlight,
  RoundRobin,
  type SelectionPolicy,
  Weighted,
} from '../../resilience/index.js';
import type { RoutedEndpoint } from './endpoint.js';
import type { PolicyName } from './options.js';

/** A new policy; each model has its own, since policies remember whom they chose. */
export function policyOf(name: PolicyName): SelectionPolicy<RoutedEndpoint> {
  switch (name) {
    case 'weighted':
      return new Weighted();
    case 'round-robin':
      return new RoundRobin();
    case 'least-in-flight':
      return new LeastInFlight();
    case 'latency':
      return new LatencyAware();
  }
}
