export type { AnswerCaching, ModelPrice } from './options.js';
export { ExtractiveProvider } from './providers/extractive/index.js';
export { createLlmRegistry, type LlmModel, type LlmRegistry } from './registry.js';
export {
  createRoutedModels,
  defaultRoutingOptions,
  type EndpointHealth,
  type ModelHealth,
  type RoutedModels,
  type RoutingHealth,
  type RoutingTools,
} from './routing/index.js';
export { choicesAsked, requireOneChoice } from './several-choices.js';
export { recogniseSmallTalk, type SmallTalk } from './small-talk.js';
export { estimateTokens } from './tokens.js';
export { isPlainText } from './upstream/decoder.js';
export { countMessage, countMessages, messageText, UsageEstimate } from './upstream/usage-estimate.js';
