import { recall, remember } from '../ui/storage.js';

export type Language = 'ko' | 'en';

/** The chosen language, else the first of the browser's languages that the page speaks, else English. */
export function initialLanguage(): Language {
  const chosen = recall('narae.language');
  if (chosen === 'ko' || chosen === 'en') return chosen;
  return pickLanguage(navigator.languages);
}

export function pickLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split('-')[0];
    if (base === 'ko' || base === 'en') return base;
  }
  return 'en';
}

export function rememberLanguage(language: Language): void {
  remember('narae.language', language);
}
