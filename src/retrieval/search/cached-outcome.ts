import type { SearchOutcome } from '../spec.js';

/** What the cache keeps of a search; the timings are of the search that found it. */
export type CachedOutcome = Omit<SearchOutcome, 'cache'>;

/** Guards against what another program put under the key; the codec has checked that no bit was lost. */
export function isOutcome(candidate: unknown): candidate is CachedOutcome {
  const { results, collectionVersion, mode } = (candidate ?? {}) as Partial<CachedOutcome>;
  return (
    Array.isArray(results) &&
    results.every(Array.isArray) &&
    typeof collectionVersion === 'number' &&
    typeof mode === 'string'
  );
}

/** Two bytes a character of text, and what objects around it take. */
export function bytesOfOutcome(outcome: CachedOutcome): number {
  let bytes = 200;
  for (const passages of outcome.results)
    for (const { text, title, source, headings } of passages)
      bytes += 500 + 2 * (text.length + title.length + source.length + headings.join('').length);
  return bytes;
}
