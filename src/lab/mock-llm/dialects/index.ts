export { anthropicDialect } from './anthropic.js';
export type { AnswerEvents, Dialect, MockFailure } from './dialect.js';
export { CREATED_SECONDS, openAiDialect } from './openai.js';
