import { createHash } from 'node:crypto';
import { NaraeError } from '../core/index.js';

declare const SCOPED: unique symbol;

/** Names one entry of a cache, always within a tenant: made by `contentKey` or `namedKey` only. */
export interface CacheKey {
  readonly tenant: string;
  /** Within the tenant and the cache; its first two characters say which kind it is. */
  readonly id: string;
  readonly [SCOPED]: true;
}

/** What a value may depend on: everything that is written the same way each time. */
export type KeyPart = string | number | boolean | null | undefined | readonly KeyPart[];

const CONTENT = '#:';
const NAMED = '=:';

/** Characters of a name. */
const MAX_NAME_LENGTH = 1_000;

/**
 * A key of all that a value depends on; equal parts give equal keys, on every node. The value then needs no
 * invalidation to be right. Throws `cache_scope_missing` without a tenant.
 */
export function contentKey(tenant: string, dependsOn: readonly KeyPart[]): CacheKey {
  const text = JSON.stringify(dependsOn, writable);
  return scoped(tenant, CONTENT + createHash('sha256').update(text).digest('base64url'));
}

/**
 * A key with a readable name, such as `user_42`, for values that are dropped by name. Throws `cache_scope_missing`
 * without a tenant, `invalid_name` for a name that is empty, over 1,000 characters, or holds NUL or half a character.
 */
export function namedKey(tenant: string, name: string): CacheKey {
  if (name.length === 0 || name.length > MAX_NAME_LENGTH)
    throw new NaraeError('invalid_name', {
      values: { name: name.slice(0, 40), reason: `it needs 1 to ${MAX_NAME_LENGTH} characters` },
      field: 'key',
    });
  checkStorable(name, 'key');
  return scoped(tenant, NAMED + name);
}

/** A glob on names as one on ids: content keys have no name and never match. */
export function idPatternOf(namePattern: string): string {
  return NAMED + namePattern;
}

/** JSON has one `null` for what has no value, and none for numbers that are not finite: these must stay apart. */
function writable(_: string, part: unknown): unknown {
  if (part === undefined) return null;
  return typeof part === 'number' && !Number.isFinite(part) ? { number: String(part) } : part;
}

/** What no store can be trusted to keep apart: NUL and halves of characters. */
const UNSTORABLE = /\0|\p{Cs}/u;

/** Throws `invalid_name` for text that a store might take for another. */
export function checkStorable(text: string, field: string): void {
  if (UNSTORABLE.test(text))
    throw new NaraeError('invalid_name', {
      values: {
        name: text.slice(0, 40).replace(UNSTORABLE, '?'),
        reason: 'it holds NUL or half a character',
      },
      field,
    });
}

function scoped(tenant: string, id: string): CacheKey {
  if (tenant === '') throw new NaraeError('cache_scope_missing', { field: 'tenant' });
  checkStorable(tenant, 'tenant');
  return { tenant, id } as CacheKey;
}
