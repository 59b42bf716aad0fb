export { type SystemRouteParts, systemRoutes } from './routes.js';
