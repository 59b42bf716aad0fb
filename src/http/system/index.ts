export { type DegradedPart, type Readiness, type SystemRouteParts, systemRoutes } from './routes.js';
