export { type Answer, AnswerCollector, collectAnswer, type ToolCall } from './collect.js';
export { type AnswerFlowParts, createAnswerFlow } from './flow.js';
export { PROMPT_REVISION } from './prompt.js';
