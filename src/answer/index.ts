export {
  answerAll,
  type BatchResult,
  type CompleteAnswer,
  completeAnswer,
  DEFAULT_CONCURRENCY,
} from './batch.js';
export { type AnswerFlowParts, createAnswerFlow } from './flow.js';
export { PROMPT_REVISION } from './prompt.js';
