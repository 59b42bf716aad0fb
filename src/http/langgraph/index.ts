export type * from './graph.js';
export { LazyGraph } from './lazy-graph.js';
export type { RunPart } from './parts.js';
export { type LangGraphRouteParts, langGraphRoutes } from './routes.js';
