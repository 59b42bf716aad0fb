export { EmbeddedThreadStore } from './embedded-store.js';
export { openThreadDatabase } from './schema.js';
