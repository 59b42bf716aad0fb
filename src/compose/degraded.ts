import type { DegradedPart } from '../http/index.js';
import type { SharedRedis } from './open-shared.js';

/**
 * What has to wait for Redis, or do without it, now. A Redis that is only slow keeps caches waiting for their own
 * deadline, which is short, and nobody else.
 */
export function degradedParts({ caches, threads }: SharedRedis): readonly DegradedPart[] {
  const parts: DegradedPart[] = [];
  if (threads?.health.state === 'connecting')
    parts.push({ part: 'conversations', code: 'redis_unavailable' });
  if (caches !== undefined && ['connecting', 'resting'].includes(caches.health.state))
    parts.push({ part: 'shared_caches', code: 'redis_unavailable' });
  return parts;
}
