export { createRedisTier } from './redis-tier.js';
