export { type Readiness, type ServerInfo, type SystemRouteParts, systemRoutes } from './routes.js';
