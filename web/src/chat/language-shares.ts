import type { Collection, DocumentLanguage } from '../api/types.js';

export interface LanguageShare {
  readonly name: DocumentLanguage;
  /** Whole percent of the chunks; all together 100. */
  readonly percent: number;
}

const NAMES: readonly DocumentLanguage[] = ['ko', 'en', 'other'];

/** How a collection's chunks divide among languages; a language that is there at all has at least 1 %. */
export function languageShares(languages: Collection['languages']): LanguageShare[] {
  const counts = NAMES.map((name) => ({ name, count: languages[name] ?? 0 })).filter(
    ({ count }) => count > 0,
  );
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const shares = counts.map(({ name, count }) => ({
    name,
    percent: Math.max(1, Math.round((100 * count) / total)),
  }));
  const largest = [...shares].sort((a, b) => b.percent - a.percent)[0];
  const rest = shares.reduce((sum, { percent }) => sum + percent, 0) - (largest?.percent ?? 0);
  return shares.map((share) => (share === largest ? { ...share, percent: 100 - rest } : share));
}
