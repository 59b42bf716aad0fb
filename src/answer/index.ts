export { type Answer, AnswerCollector, collectAnswer, type ToolCall } from './collect.js';
export { createAnswerFlow } from './flow.js';
export { PROMPT_REVISION } from './prompt.js';
export type { AnswerFlowParts } from './run.js';
