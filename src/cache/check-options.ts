import { NaraeError } from '../core/index.js';
import { checkStorable } from './key.js';
import type { CacheOptions, StoreOptions } from './spec.js';

/** A year: longer lives are taken for a mistake in units. */
const MAX_MS = 366 * 24 * 3_600_000;
const MAX_TAGS = 16;
const MAX_TAG_LENGTH = 200;
const MAX_VERSION = 65_535;

/** Throws `invalid_request` naming the field. */
export function checkMemoryLimit(bytes: number): void {
  demand(bytes >= 0 && Number.isFinite(bytes), 'memoryLimitBytes', 'needs 0 or more bytes');
}

/** Throws `invalid_request` naming the field. */
export function checkCacheOptions(options: Omit<CacheOptions<never>, 'isValue'>): void {
  const { name, version, growth = [] } = options;
  demand(/^[a-z][a-z0-9-]{0,39}$/.test(name), 'name', 'needs 1 to 40 of a-z, 0-9 and "-"');
  demand(Number.isInteger(version) && version >= 0 && version <= MAX_VERSION, 'version', 'needs 0 to 65,535');
  checkLife('ttlMs', options.ttlMs, 1);
  checkLife('staleWhileRevalidateMs', options.staleWhileRevalidateMs ?? 0, 0);
  checkLife('staleIfErrorMs', options.staleIfErrorMs ?? 0, 0);
  checkShare('ttlJitter', options.ttlJitter ?? 0);
  checkShare('earlyRefreshRatio', options.earlyRefreshRatio ?? 0);
  for (const [at, step] of growth.entries()) {
    checkLife(`growth[${at}].ttlMs`, step.ttlMs, 1);
    demand(step.reads > (growth[at - 1]?.reads ?? 0), `growth[${at}].reads`, 'must rise');
  }
}

/** Throws `invalid_request` naming the field. */
export function checkStoreOptions({ ttlMs, tags = [] }: StoreOptions): void {
  if (ttlMs !== undefined) checkLife('ttlMs', ttlMs, 1);
  demand(tags.length <= MAX_TAGS, 'tags', `takes at most ${MAX_TAGS}`);
  for (const tag of tags) {
    checkStorable(tag, 'tags');
    demand(
      tag !== '' && tag.length <= MAX_TAG_LENGTH,
      'tags',
      `needs 1 to ${MAX_TAG_LENGTH} characters each`,
    );
  }
}

function checkLife(field: string, ms: number, leastMs: number): void {
  demand(ms >= leastMs && ms <= MAX_MS, field, `needs ${leastMs} to ${MAX_MS} ms`);
}

function checkShare(field: string, share: number): void {
  demand(share >= 0 && share <= 1, field, 'needs a share from 0 to 1');
}

function demand(holds: boolean, field: string, reason: string): void {
  if (!holds) throw new NaraeError('invalid_request', { values: { reason: `${field} ${reason}.` }, field });
}
