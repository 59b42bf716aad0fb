import type { Passage, SearchMode } from '../spec.js';

/** What the cache keeps of a search. */
export interface CachedOutcome {
  readonly results: readonly (readonly Passage[])[];
  readonly collectionVersion: number;
  readonly mode: SearchMode;
}

/** Two bytes a character of text, and what objects around it take. */
export function bytesOfOutcome(outcome: CachedOutcome): number {
  let bytes = 200;
  for (const passages of outcome.results)
    for (const { text, title, source, headings } of passages)
      bytes += 500 + 2 * (text.length + title.length + source.length + headings.join('').length);
  return bytes;
}
