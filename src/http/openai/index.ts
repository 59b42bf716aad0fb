import type { App } from '../app.js';
import { type ChatRouteParts, chatRoutes } from './chat.js';
import { type EmbeddingRouteParts, embeddingRoutes } from './embeddings.js';
import { type ModelRouteParts, modelRoutes } from './models.js';

export { addressOf } from './chat.js';
export { completionJson } from './chat-json.js';
export { type RequestDefaults, toAnswerRequest } from './chat-request.js';
export { type RunPlace, recallJson, searchJson, sourceJson, writerJson } from './extension.js';
export { FINISH_REASONS } from './finish-reason.js';
export { RECALL_HEADER, recallHeader } from './recall-header.js';
export { ChatBody, Message, ModelParameters } from './schema.js';
export { usageJson } from './usage.js';

export type OpenAiRouteParts = ChatRouteParts & EmbeddingRouteParts & ModelRouteParts;

/** OpenAI's dialect: chat, embeddings, models. */
export async function openaiRoutes(app: App, parts: OpenAiRouteParts): Promise<void> {
  await chatRoutes(app, parts);
  await embeddingRoutes(app, parts);
  await modelRoutes(app, parts);
}
