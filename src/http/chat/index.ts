import type { App } from '../app.js';
import type { ServedGraph } from '../langgraph/index.js';
import { type ChatStreamParts, streamRoutes } from './stream-routes.js';
import { threadRoutes } from './threads/routes.js';

export interface ChatThreadParts extends ChatStreamParts {
  /** Whose states of a conversation go with it. */
  readonly graphs?: readonly ServedGraph[];
}

/** Narae's own dialect: answers on conversations, and the conversations. */
export async function conversationRoutes(app: App, parts: ChatThreadParts): Promise<void> {
  await streamRoutes(app, parts);
  await threadRoutes(app, parts.conversations, parts.graphs ?? []);
}
