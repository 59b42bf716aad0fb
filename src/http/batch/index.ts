export { type BatchRouteParts, batchRoutes } from './routes.js';
