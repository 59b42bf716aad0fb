export { collectionRoutes } from './routes.js';
export { type UploadRouteParts, uploadRoutes } from './upload.js';
