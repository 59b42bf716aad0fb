export { createRedisTier, type RedisTierOptions } from './redis-tier.js';
