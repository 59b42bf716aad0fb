export {
  type CachedCall,
  type CachedFunction,
  type CachedFunctionOptions,
  type CreateCacheOptions,
  createCache,
  type FunctionCache,
} from './function-cache.js';
export type { CacheKey } from './key.js';
export { contentKey, type KeyPart, namedKey } from './key.js';
export { GROWING_LIFE } from './life.js';
export { openCaches } from './open-caches.js';
export * from './spec.js';
export { openEmbeddedTier } from './stores/embedded/index.js';
export { createRedisTier } from './stores/redis/index.js';
export type { SharedTier } from './tier.js';
