export { EmbeddedThreadStore } from './embedded-store.js';
export { EmbeddedRunStore } from './run-store.js';
export { openThreadDatabase } from './schema.js';
