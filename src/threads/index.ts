export * from './options.js';
export type * from './spec.js';
export { EmbeddedThreadStore, openThreadDatabase } from './stores/embedded/index.js';
export { type RedisThreadOptions, RedisThreadStore } from './stores/redis/index.js';
