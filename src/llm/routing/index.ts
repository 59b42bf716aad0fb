export { createRoutedModels, type RoutedModels, type RoutingTools } from './create-routed-models.js';
export type { EndpointHealth } from './endpoint.js';
export type { ModelHealth, RoutingHealth } from './health.js';
export {
  defaultRoutingOptions,
  type EarlyStopOptions,
  type EndpointOptions,
  type HedgeOptions,
  type LimitOptions,
  type PolicyName,
  type RoutedLlmOptions,
  type RoutedModelOptions,
  type RoutingOptions,
} from './options.js';
