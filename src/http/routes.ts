import { type AdminRouteParts, adminRoutes } from './admin/index.js';
import type { App } from './app.js';
import { type BatchRouteParts, batchRoutes } from './batch/index.js';
import { type ChatThreadParts, conversationRoutes } from './chat/index.js';
import { collectionRoutes, type UploadRouteParts, uploadRoutes } from './collections/index.js';
import { type LangGraphRouteParts, langGraphRoutes } from './langgraph/index.js';
import { type OpenAiRouteParts, openaiRoutes } from './openai/index.js';
import { pageRoutes } from './page/index.js';
import { referenceRoutes } from './reference/index.js';
import { type SearchRouteParts, searchRoutes } from './search/index.js';
import { type SystemRouteParts, systemRoutes } from './system/index.js';

export type RouteParts = OpenAiRouteParts &
  ChatThreadParts &
  LangGraphRouteParts &
  BatchRouteParts &
  SearchRouteParts &
  UploadRouteParts &
  SystemRouteParts &
  AdminRouteParts & {
    /** Folder of the built page. */
    readonly pageFolder: string;
  };

/** Everything that the server answers to. */
export async function registerRoutes(app: App, parts: RouteParts): Promise<void> {
  await systemRoutes(app, parts);
  await adminRoutes(app, parts);
  await openaiRoutes(app, parts);
  await conversationRoutes(app, parts);
  await langGraphRoutes(app, parts);
  await batchRoutes(app, parts);
  await searchRoutes(app, parts);
  await collectionRoutes(app, parts.store);
  await uploadRoutes(app, parts);
  await referenceRoutes(app);
  await pageRoutes(app, parts.pageFolder);
}
