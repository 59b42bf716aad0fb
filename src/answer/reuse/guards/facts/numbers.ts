import {
  ENGLISH_NUMERALS,
  ENGLISH_ORDINALS,
  englishNumeral,
  englishOrdinal,
  nativeNumeral,
  sinoNumber,
} from './numerals.js';
import type { FactScanner } from './scanner.js';

/** A number as it is compared: without separators, leading or trailing zeros. */
export function plainNumber(value: number): string {
  return String(Math.round(value * 1e6) / 1e6);
}

const SCALES: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  lakh: 1e5,
  lakhs: 1e5,
  lac: 1e5,
  m: 1e6,
  million: 1e6,
  crore: 1e7,
  crores: 1e7,
  b: 1e9,
  bn: 1e9,
  billion: 1e9,
  hundred: 100,
};

/** Digits with an optional scale, English or Korean: group 1 the digits, 2 an English scale, 3 Korean units. */
export const NUMBER =
  '(\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?)(?:\\s?(k|thousand|lakhs?|lac|million|crores?|bn|billion|hundred)(?![\\p{L}\\p{N}]))?((?:[만억천백조](?:\\s?\\d+)?)*)';

/** The value of a match of `NUMBER`. */
export function numberOf(digits: string, scale: string | undefined, units: string | undefined): number {
  if (units) return sinoNumber(digits + units) ?? Number.NaN;
  return Number(digits.replaceAll(',', '')) * (SCALES[scale?.toLowerCase() ?? ''] ?? 1);
}

const DIGITS = new RegExp(`(?<![\\p{L}\\p{N}])#?${NUMBER}(st|nd|rd|th)?(?![\\p{Script=Latin}\\p{N}])`, 'giu');
const ANY_DIGITS = /(?<!\p{Script=Latin})\d+(?!\p{Script=Latin})/gu;
const WORDS = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${ENGLISH_NUMERALS.join('|')})(?:[\\s-](?:one|${ENGLISH_NUMERALS.join('|')}))?(?![\\p{L}\\p{N}])`,
  'giu',
);
const ORDINAL_WORDS = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${ENGLISH_ORDINALS.join('|')})(?![\\p{L}\\p{N}])`,
  'giu',
);
const TWICE = /(?<![\p{L}\p{N}])(?:twice|double|두\s?배)(?![\p{L}\p{N}])/giu;
/** `둘`, `셋이서`: native numerals that stand alone. `하나` and `네` are ordinary words, too. */
const NATIVE_WORDS =
  /(?<![\p{L}\p{N}])(둘(?!\s?(?:중|다))|셋|넷|다섯|여섯|일곱|여덟|아홉|열)(?=[\s은는이을를도만의,.?!]|$)/gu;
const KOREAN_ORDINALS = /(?<![\p{L}\p{N}])(첫|두|세|네|다섯|여섯|일곱|여덟|아홉|열)\s?번째/gu;

/** Takes the numbers that no unit, date or version has taken. Ordinals count as their number. */
export function takeNumbers(scanner: FactScanner): string[] {
  return [
    ...scanner.take(DIGITS, ([, digits, scale, units]) => plainNumber(numberOf(digits!, scale, units))),
    ...scanner.take(ANY_DIGITS, ([digits]) => plainNumber(Number(digits))),
    ...scanner.take(KOREAN_ORDINALS, ([, word]) => String(word === '첫' ? 1 : nativeNumeral(word!))),
    ...scanner.take(WORDS, ([word]) => numeral(englishNumeral(word!))),
    ...scanner.take(ORDINAL_WORDS, ([word]) => numeral(englishOrdinal(word!))),
    ...scanner.take(TWICE, () => '2'),
    ...scanner.take(NATIVE_WORDS, ([, word]) => numeral(nativeNumeral(word!))),
  ];
}

function numeral(value: number | undefined): string | undefined {
  return value === undefined ? undefined : plainNumber(value);
}
