import type { CacheFacts } from './types.js';

const KEPT = ['hit', 'semantic', 'stale'];

/** When an answer that was not written for this question was stored. One that is shared while it is written is new. */
export function keptSince(cache: CacheFacts | null | undefined): string | undefined {
  return cache && KEPT.includes(cache.outcome) ? (cache.stored_at ?? '') : undefined;
}
