export { type SearchRouteParts, searchRoutes } from './routes.js';
