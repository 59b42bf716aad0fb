import type { Language } from '../i18n/language.js';

/** Questions in the page's language before the others, each kind in its order. */
export function inLanguageFirst(questions: readonly string[], language: Language): readonly string[] {
  const isOwn = (question: string): boolean => /\p{Script=Hangul}/u.test(question) === (language === 'ko');
  return [...questions.filter(isOwn), ...questions.filter((question) => !isOwn(question))];
}
