import { join } from 'node:path';
import {
  type Caches,
  createRedisTier,
  openCaches,
  openEmbeddedTier,
  type SharedTier,
} from '../cache/index.js';
import type { Config } from '../config/index.js';
import { type Closer, MEGABYTE } from '../core/index.js';
import type { EventSink } from '../observe/index.js';
import { createRedisLeases, type Leases, type Redis } from '../redis/index.js';

/**
 * A grant that comes late spares a whole call of a model: it may take longer than the reading of an entry, and much
 * longer where Redis is busy rather than silent.
 */
const LEASE_TIMEOUT_MS = 100;
/** In the data folder. */
const CACHE_FILE = 'cache.sqlite';

export interface OpenedCaches {
  readonly caches: Caches;
  /** For what is to be done once over all nodes, or all processes here; absent where this one is the only one. */
  readonly leases?: Leases;
}

export interface CachesStandOn {
  /** Where they go if they are to be shared. */
  readonly redis: Redis | undefined;
  /** Over the processes on this data folder. */
  readonly leases: Leases | undefined;
}

/**
 * The caches of the process, with what they stand on; `closer` closes them, but nothing of `on`. Undefined where
 * caching is off.
 */
export function cachesFor(
  config: Config,
  emit: EventSink,
  closer: Closer,
  { redis, leases: own }: CachesStandOn,
): OpenedCaches | undefined {
  const { cache } = config;
  if (!cache.enabled) return undefined;
  const shared = redis === undefined ? embeddedTier(config, emit) : redisTier(redis, config);
  // Waiting for another process makes sense only where its answer can be read.
  const leases = redis ? leasesOn(redis, config, closer) : shared && own;
  if (shared !== undefined) closer.add('the shared tier of caches', () => shared.close());
  const memoryLimitBytes = cache.memoryLimitMb * MEGABYTE;
  const parts = { emit, ...(shared && { shared }), ...(leases && { leases }) };
  const caches = openCaches({ memoryLimitBytes }, parts);
  closer.add('caches', () => caches.close());
  return { caches, ...(leases && { leases }) };
}

function redisTier(redis: Redis, config: Config): SharedTier {
  return createRedisTier(redis, { keyPrefix: config.redis.keyPrefix, readTimeoutMs: config.redis.timeoutMs });
}

function leasesOn(redis: Redis, config: Config, closer: Closer): Leases {
  const { keyPrefix, timeoutMs } = config.redis;
  const deadlineMs = Math.max(timeoutMs, LEASE_TIMEOUT_MS);
  const leases = createRedisLeases(redis, { keyPrefix, deadlineMs });
  closer.add('leases', () => leases.close());
  return leases;
}

function embeddedTier({ cache, data }: Config, emit: EventSink): SharedTier | undefined {
  if (cache.shared === 'off') return undefined;
  const limitBytes = cache.embeddedLimitMb * MEGABYTE;
  return openEmbeddedTier({ path: join(data.dir, CACHE_FILE), limitBytes }, { emit });
}
