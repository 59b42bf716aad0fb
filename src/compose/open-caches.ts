import { type Caches, openCaches } from '../cache/index.js';
import type { Config } from '../config/index.js';
import type { Closer } from '../core/index.js';
import type { EventSink } from '../observe/index.js';

const MB = 1_000_000;

/** The caches of the process; `closer` closes them. Undefined where caching is switched off. */
export function cachesFor({ cache }: Config, emit: EventSink, closer: Closer): Caches | undefined {
  if (!cache.enabled) return undefined;
  const caches = openCaches({ memoryLimitBytes: cache.memoryLimitMb * MB }, { emit });
  closer.add('caches', () => caches.close());
  return caches;
}
