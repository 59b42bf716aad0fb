export type * from './graph.js';
export { LazyGraph } from './lazy-graph.js';
export { removeStates } from './remove-states.js';
export { type LangGraphRouteParts, langGraphRoutes } from './routes.js';
