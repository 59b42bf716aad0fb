export type { Leave } from './close.js';
export * from './langgraph/index.js';
export type { HttpOptions } from './options.js';
export type { DegradedPart, Readiness } from './readiness.js';
export { type RouteParts, registerRoutes } from './routes.js';
export { createHttpServer, type HttpServer } from './server.js';
export { defaultSseOptions, type SseOptions } from './sse/index.js';
