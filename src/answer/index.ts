export type { BatchPace } from './batch/options.js';
export type { Choice, ToolCall } from './choice.js';
export { type Answer, AnswerCollector, collectAnswer, collectBatches } from './collect.js';
export * from './conversations/index.js';
export { createAnswerFlow } from './flow.js';
export { ANSWER_GRAPH } from './graph.js';
export { outputLimitOf } from './output-limit.js';
export {
  defaultRecallOptions,
  defaultSemanticOptions,
  type KeptAnswer,
  keptParts,
  Recall,
  type RecallOptions,
  replayedAnswer,
  type SemanticOptions,
  type SemanticReport,
} from './recall/index.js';
