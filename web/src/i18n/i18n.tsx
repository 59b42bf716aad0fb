import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { initialLanguage, type Language, rememberLanguage } from './language.js';
import { en, type Messages } from './messages.en.js';
import { ko } from './messages.ko.js';

interface I18n {
  readonly language: Language;
  readonly t: Messages;
  toggleLanguage(): void;
}

const MESSAGES: Readonly<Record<Language, Messages>> = { en, ko };

const I18nContext = createContext<I18n>({ language: 'en', t: en, toggleLanguage: () => undefined });

export function useI18n(): I18n {
  return useContext(I18nContext);
}

/** Gives the page its texts; keeps `<html lang>` true, so that screen readers and line breaking follow. */
export function I18nProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(initialLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(() => {
    const toggleLanguage = () => {
      const next = language === 'ko' ? 'en' : 'ko';
      rememberLanguage(next);
      setLanguage(next);
    };
    return { language, t: MESSAGES[language], toggleLanguage };
  }, [language]);
  return <I18nContext.Provider value={value}>{children}</I18nContext.Provider>;
}
