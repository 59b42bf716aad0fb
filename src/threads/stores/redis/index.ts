export { ThreadKeys } from './keys.js';
export { RedisThreadStore } from './redis-store.js';
export { RedisRunStore } from './run-store.js';
export { RedisSharedLogs } from './shared-logs.js';
