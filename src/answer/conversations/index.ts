export { type ConversationOptions, defaultConversationOptions } from './options.js';
export { RUN_PART_CODEC } from './part-codec.js';
export { type ConversationParts, ConversationService } from './service.js';
export type * from './spec.js';
export { Summaries } from './summaries.js';
export { titleOf } from './title.js';
export { assistantMessage, type BrokenAnswer, brokenAnswerOf } from './turn.js';
