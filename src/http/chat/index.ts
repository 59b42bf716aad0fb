import type { App } from '../app.js';
import { type ChatStreamParts, streamRoutes } from './stream-routes.js';
import { threadRoutes } from './threads/routes.js';

export type ChatThreadParts = ChatStreamParts;

/** Narae's own dialect: answers on conversations, and the conversations. */
export async function conversationRoutes(app: App, parts: ChatThreadParts): Promise<void> {
  await streamRoutes(app, parts);
  await threadRoutes(app, parts.conversations);
}
