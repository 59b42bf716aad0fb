export { type Readiness, type SystemRouteParts, systemRoutes } from './routes.js';
