export { createLocalLeases, createRedisLeases } from './leases/index.js';
export { openRedis } from './open-redis.js';
export type { RedisOptions } from './options.js';
export type * from './spec.js';
