export { createLocalLeases, createRedisLeases, type RedisLeasesSettings } from './leases/index.js';
export { openRedis, type RedisSettings } from './open-redis.js';
export { defaultRedisOptions, type RedisOptions } from './options.js';
export type * from './spec.js';
