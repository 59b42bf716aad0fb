import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type Language, rememberLanguage } from './language.js';
import type { Messages } from './messages.en.js';

/** A language with its texts. */
export interface Texts {
  readonly language: Language;
  readonly t: Messages;
}

interface I18n extends Texts {
  toggleLanguage(): void;
}

const I18nContext = createContext<I18n | undefined>(undefined);

export function useI18n(): I18n {
  const i18n = useContext(I18nContext);
  if (!i18n) throw new Error('useI18n needs an I18nProvider around it');
  return i18n;
}

/** Loads one language's texts; the other's are not sent until asked for. */
export async function loadTexts(language: Language): Promise<Texts> {
  const t = language === 'ko' ? (await import('./messages.ko.js')).ko : (await import('./messages.en.js')).en;
  return { language, t };
}

export interface I18nProviderProps {
  /** The texts to begin with. */
  readonly initial: Texts;
  readonly children: ReactNode;
}

/** Gives the page its texts; keeps `<html lang>` true, so that screen readers and line breaking follow. */
export function I18nProvider({ initial, children }: I18nProviderProps) {
  const [texts, setTexts] = useState(initial);
  useEffect(() => {
    document.documentElement.lang = texts.language;
  }, [texts]);
  const value = useMemo(() => {
    const toggleLanguage = () => {
      const next = texts.language === 'ko' ? 'en' : 'ko';
      rememberLanguage(next);
      void loadTexts(next).then(setTexts, () => undefined);
    };
    return { ...texts, toggleLanguage };
  }, [texts]);
  return <I18nContext.Provider value={value}>{children}</I18nContext.Provider>;
}
