/** The languages in which the provider speaks for itself. */
export type FramingLanguage = 'ko' | 'en';

/** Korean as soon as a fifth of the letters are Hangul: Korean questions often name English things. */
export function framingLanguage(text: string): FramingLanguage {
  const hangul = text.match(/\p{Script=Hangul}/gu)?.length ?? 0;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return hangul > 0 && hangul * 5 >= letters ? 'ko' : 'en';
}
