export type { ConversationOptions } from './options.js';
export { RUN_PART_CODEC } from './part-codec.js';
export { ConversationService } from './service.js';
export type * from './spec.js';
export { Summaries } from './summaries.js';
export { assistantMessage, brokenAnswerOf } from './turn.js';
