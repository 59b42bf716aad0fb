import type { RecallFacts, Writer } from '../llm/spec.js';

/** How the cache took part where nobody could write and an answer from before took the place; else undefined. */
export function standInFacts({ staleSinceMs }: Writer): RecallFacts | undefined {
  if (staleSinceMs === undefined) return undefined;
  return { outcome: 'stale', reason: 'upstream-failed', storedAtMs: staleSinceMs };
}
