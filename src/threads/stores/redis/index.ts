export { ThreadKeys } from './keys.js';
export { type RedisThreadOptions, RedisThreadStore } from './redis-store.js';
