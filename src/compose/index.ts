export { type DefaultModel, describeDefaultModel } from './default-model.js';
export { changeEmbedders } from './embedder-change.js';
export { endpointLoads } from './endpoint-loads.js';
export { exampleQuestions } from './example-questions.js';
export { IndexCare } from './index-care.js';
export { IndexLead } from './index-lead.js';
export { logQuestions } from './log-questions.js';
export { cachesFor } from './open-caches.js';
export { conversationsFor } from './open-conversations.js';
export { redisFor } from './open-shared.js';
export { type Overview, overviewOf } from './overview.js';
export {
  answerOptions,
  conversationOptions,
  httpOptions,
  ingestSettings,
  llmOptions,
  logOptions,
  recallOptions,
  retrievalOptions,
  sseOptions,
} from './room-options.js';
export { type GraphToOpen, userGraphs } from './user-graphs.js';
