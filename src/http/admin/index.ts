export { type AdminRouteParts, adminRoutes } from './routes.js';
