import { createHash } from 'node:crypto';

declare const SCOPED: unique symbol;

/** Names one entry of a cache, always within a tenant: made by `contentKey` or `namedKey` only. */
export interface CacheKey {
  readonly tenant: string;
  /** Within the tenant and the cache. */
  readonly id: string;
  readonly [SCOPED]: true;
}

/** What a value may depend on: everything that is written the same way each time. */
export type KeyPart = string | number | boolean | null | undefined | readonly KeyPart[];

/**
 * A key of all that a value depends on; equal parts give equal keys, on every node. The value then needs no
 * invalidation to be right.
 */
export function contentKey(tenant: string, dependsOn: readonly KeyPart[]): CacheKey {
  const text = JSON.stringify(dependsOn, (_, part: unknown) => (part === undefined ? null : part));
  return scoped(tenant, createHash('sha256').update(text).digest('base64url'));
}

/** A key with a readable name, such as `user_42`, for values that are dropped by name. */
export function namedKey(tenant: string, name: string): CacheKey {
  return scoped(tenant, name);
}

function scoped(tenant: string, id: string): CacheKey {
  return { tenant, id } as CacheKey;
}
