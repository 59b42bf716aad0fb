export type * from './graph.js';
export { LazyGraph } from './lazy-graph.js';
export { removeThread } from './remove-thread.js';
export { type LangGraphRouteParts, langGraphRoutes } from './routes.js';
