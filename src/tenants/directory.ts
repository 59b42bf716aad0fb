import { createHash, timingSafeEqual } from 'node:crypto';
import type { TenantOptions } from './options.js';

/** The tenant of a server without further configuration. */
export const DEFAULT_TENANT = 'default';

/** Knows which key belongs to whom. */
export interface TenantDirectory {
  /** False: every request is the default tenant's, with or without a key. */
  readonly keysRequired: boolean;
  /** The key's tenant, or undefined for a key that is not known. Takes the same time for any wrong key. */
  find(apiKey: string): string | undefined;
}

/** Keys are kept as SHA-256 digests only, so that no dump of memory or error can show one. */
export function createTenantDirectory(options: TenantOptions): TenantDirectory {
  const digests = options.apiKeys.map(digest);
  return {
    keysRequired: digests.length > 0,
    find: (apiKey) => (includesDigest(digests, digest(apiKey)) ? DEFAULT_TENANT : undefined),
  };
}

function digest(apiKey: string): Buffer {
  return createHash('sha256').update(apiKey).digest();
}

function includesDigest(digests: readonly Buffer[], candidate: Buffer): boolean {
  let found = false;
  for (const known of digests) found = timingSafeEqual(known, candidate) || found;
  return found;
}
