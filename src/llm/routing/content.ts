import type { LlmPart } from '../spec.js';

/** Whether these parts commit us to their endpoint: something was said, or the answer is complete without a word. */
export function isContent(parts: readonly LlmPart[]): boolean {
  return parts.some((part) => part.type !== 'usage' && part.type !== 'answer-fields');
}
