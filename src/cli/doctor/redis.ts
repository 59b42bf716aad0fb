import { type Check, failure, ok } from './check.js';

/** Whether the configured Redis answers, with the user and password that it was given. */
export const checkRedis: Check = async ({ config, signal }) => {
  const { url, keyPrefix } = config.redis;
  if (url === undefined) return [];
  // Loaded only here: most have no Redis.
  const { openRedis } = await import('../../redis/index.js');
  const redis = openRedis({ url, keyPrefix });
  const begun = performance.now();
  try {
    await redis.call(['PING'], { signal });
    return [ok('Redis', `answers; the first time after ${Math.round(performance.now() - begun)} ms`)];
  } catch (thrown) {
    return [failure('Redis', thrown)];
  } finally {
    await redis.close();
  }
};
