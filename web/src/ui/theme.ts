import { useState } from 'react';
import { recall, remember } from './storage.js';

/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark';

const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };

/** The chosen theme, remembered; `public/theme.js` applies it before the first paint. */
export function useTheme(): { readonly theme: Theme; next(): void } {
  const [theme, setTheme] = useState(rememberedTheme);
  const next = () => {
    const chosen = NEXT[theme];
    remember('narae.theme', chosen === 'auto' ? undefined : chosen);
    applyTheme(chosen);
    setTheme(chosen);
  };
  return { theme, next };
}

function rememberedTheme(): Theme {
  const theme = recall('narae.theme');
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

function applyTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
