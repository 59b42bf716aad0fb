export { createLocalLeases } from './local-leases.js';
export { createRedisLeases } from './redis-leases.js';
