import { NaraeError } from '../core/index.js';
import { globTest } from './glob.js';
import { idPatternOf } from './key.js';
import type { CacheScope } from './spec.js';
import type { TierScope } from './tier.js';

/** Whether an entry lies in a scope. */
export type ScopeTest = (
  key: { readonly tenant: string; readonly id: string },
  tags: readonly string[],
) => boolean;

/** Throws `cache_scope_missing` without a tenant. */
export function toTierScope(cache: string, { tenant, pattern, tag }: CacheScope): TierScope {
  if (typeof tenant !== 'string' || tenant === '')
    throw new NaraeError('cache_scope_missing', { field: 'tenant' });
  return {
    cache,
    tenant,
    ...(pattern !== undefined && { idPattern: idPatternOf(pattern) }),
    ...(tag !== undefined && { tag }),
  };
}

export function scopeTest({ tenant, idPattern, tag }: TierScope): ScopeTest {
  const matchesId = idPattern === undefined ? () => true : globTest(idPattern);
  return (key, tags) =>
    key.tenant === tenant && (tag === undefined || tags.includes(tag)) && matchesId(key.id);
}
