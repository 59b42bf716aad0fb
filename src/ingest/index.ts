/** What runs on the main thread: it must not load the readers and the token tables, which the worker has (70 MB). */
export { createIngestService } from './create-ingest-service.js';
export * from './options.js';
export * from './spec.js';
export { type FolderWatch, watchFolder } from './watch.js';
