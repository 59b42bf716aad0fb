import type { Config } from '../config/index.js';
import type { Closer } from '../core/index.js';
import type { EventSink } from '../observe/index.js';
import { openRedis, type Redis } from '../redis/index.js';

/** The one connection to Redis, for those who are to use it; undefined: they keep to the data folder. */
export interface SharedRedis {
  readonly caches: Redis | undefined;
  readonly threads: Redis | undefined;
}

/** `closer` closes the connection. */
export function redisFor(config: Config, emit: EventSink, closer: Closer): SharedRedis {
  const forCaches = config.cache.enabled && isShared(config.cache.shared, config);
  const forThreads = isShared(config.threads.store, config);
  if (!forCaches && !forThreads) return { caches: undefined, threads: undefined };
  const { url = '', keyPrefix } = config.redis;
  const redis = openRedis({ url, keyPrefix }, { emit });
  closer.add('Redis', () => redis.close());
  return { caches: forCaches ? redis : undefined, threads: forThreads ? redis : undefined };
}

function isShared(choice: string, { redis }: Config): boolean {
  return choice === 'redis' || (choice === 'auto' && redis.url !== undefined);
}
