export { isLoopback } from './access.js';
export type { App } from './app.js';
export { collectionRoutes, uploadRoutes } from './collections/index.js';
export { type OpenAiRouteParts, openaiRoutes } from './openai/index.js';
export type { HttpOptions } from './options.js';
export { pageRoutes } from './page/index.js';
export { searchRoutes } from './search/index.js';
export { createHttpServer, type HttpServer } from './server.js';
export { type Readiness, type ServerInfo, systemRoutes } from './system/index.js';
