export type { RunContext, RunEvent } from './run-context.js';
export { runFolder } from './run-folder.js';
export { runUploads } from './run-uploads.js';
