export { createLocalLeases } from './local-leases.js';
export { createRedisLeases, type RedisLeasesSettings } from './redis-leases.js';
