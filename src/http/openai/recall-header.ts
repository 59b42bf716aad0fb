import type { RecallFacts } from '../../llm/spec.js';

export const RECALL_HEADER = 'x-narae-cache';

/** `hit; reason=memory`. */
export function recallHeader({ outcome, reason }: RecallFacts): string {
  return `${outcome}; reason=${reason}`;
}
