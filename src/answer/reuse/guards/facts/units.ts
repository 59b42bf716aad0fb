import { UNITS } from '../lexicon/units.js';
import { NUMBER, numberOf, plainNumber } from './numbers.js';
import { englishNumeral, NATIVE_NUMERAL, nativeNumeral, sinoNumber } from './numerals.js';
import type { FactScanner } from './scanner.js';

/** Spelling → what it is compared as, and by what the number is multiplied for it: `weeks` → day, 7. */
const BY_SPELLING = new Map(
  UNITS.trim()
    .split('\n')
    .flatMap((line) => {
      const [name, factor, spellings] = line.split('|').map((cell) => cell.trim()) as [
        string,
        string,
        string,
      ];
      return spellings.split(' ').map((spelling) => [spelling, { name, factor: Number(factor) }] as const);
    }),
);

const KOREAN = spellings((spelling) => /\p{Script=Hangul}/u.test(spelling));
const OTHERS = spellings((spelling) => !/\p{Script=Hangul}/u.test(spelling));

const ENGLISH_WORD =
  '(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety)';
const SINO = '[일이삼사오육칠팔구십백천만억]{1,8}';

const CURRENCY_FIRST = new RegExp(`(\\$|€|£|₩|¥|rs\\.?|usd|inr)\\s?${NUMBER}`, 'giu');
const DIGITS_UNIT = new RegExp(
  `(?<![\\p{L}\\p{N}.])${NUMBER}(?:\\s?-?\\s?(${OTHERS})(?![\\p{Script=Latin}\\p{N}])|\\s?(${KOREAN}))`,
  'giu',
);
const WORD_UNIT = new RegExp(
  `(?<![\\p{L}\\p{N}])(${ENGLISH_WORD})[\\s-](${OTHERS})(?![\\p{L}\\p{N}])`,
  'giu',
);
const NATIVE_UNIT = new RegExp(
  `(?<![\\p{L}\\p{N}]|(?:로|[을를])\\s)(${NATIVE_NUMERAL})\\s?(시간|개월|달|살|개|명|번|대|장|권|잔|마리|가지|사람|곳|군데|주|배|통|건|시)(?!째)`,
  'gu',
);
const SINO_UNIT = new RegExp(
  `(?<![\\p{L}\\p{N}])(${SINO})\\s?(원|개월|년|월|일|주일|주|분|초|퍼센트|프로|층|배|회|킬로|미터|인분|도)(?=[\\s은는이가을를에의도만로까간안,.?!]|$)`,
  'gu',
);
const WEEK_WORDS =
  /(?<![\p{L}\p{N}])(하루(?!\s?(?:종일|동안|내내))|이틀|사흘|나흘|열흘|보름|일주일|한\s?달|반년|a\s(?:week|day|month|year|fortnight|dozen)|an\shour)(?=[^\p{L}]|[은는이가을를에의도만로까간안]|$)/giu;

const NAMED_AMOUNTS: Readonly<Record<string, string>> = {
  하루: '1 day',
  이틀: '2 day',
  사흘: '3 day',
  나흘: '4 day',
  열흘: '10 day',
  보름: '15 day',
  일주일: '7 day',
  한달: '1 month',
  반년: '6 month',
  'a week': '7 day',
  'a day': '1 day',
  'a month': '1 month',
  'a year': '12 month',
  'a fortnight': '14 day',
  'a dozen': '12',
  'an hour': '60 minute',
};

/** Ambiguous one-syllable readings: `이 일`, `이 분`, `사 주`, `이 도` are words, not amounts. */
const NO_AMOUNT = /^[이일사오구]\s?(?:일|분|주|도|회|배|프로)$|^(?:만|백|천)\s?(?:일|분|도)$|^이\s|^사\s/;

/** Takes amounts with a unit, each as `number unit` in one unit of its kind: `2 weeks` and `14일` are `14 day`. */
export function takeUnits(scanner: FactScanner): string[] {
  return [
    ...scanner.take(
      WEEK_WORDS,
      ([word]) => NAMED_AMOUNTS[word!.toLowerCase().replace(/\s+/g, /^a/i.test(word!) ? ' ' : '')],
    ),
    ...scanner.take(CURRENCY_FIRST, ([, sign, digits, scale, units]) =>
      amount(numberOf(digits!, scale, units), sign!),
    ),
    ...scanner.take(DIGITS_UNIT, ([, digits, scale, units, latin, korean]) =>
      amount(numberOf(digits!, scale, units), (latin ?? korean)!),
    ),
    ...scanner.take(WORD_UNIT, ([, word, unit]) => amount(englishNumeral(word!)!, unit!)),
    ...scanner.take(NATIVE_UNIT, ([, word, unit]) => amount(nativeNumeral(word!)!, unit!)),
    ...scanner.take(SINO_UNIT, ([whole, word, unit]) => sinoAmount(whole!, word!, unit!)),
  ];
}

function sinoAmount(whole: string, word: string, unit: string): string | undefined {
  const value = sinoNumber(word);
  return value === undefined || NO_AMOUNT.test(whole) ? undefined : amount(value, unit);
}

function amount(value: number, spelling: string): string | undefined {
  const unit = BY_SPELLING.get(spelling) ?? BY_SPELLING.get(spelling.toLowerCase().replace(/\.$/, ''));
  return unit && `${plainNumber(value * unit.factor)} ${unit.name}`.trim();
}

function spellings(keep: (spelling: string) => boolean): string {
  return [...BY_SPELLING.keys()]
    .filter(keep)
    .sort((a, b) => b.length - a.length)
    .map((spelling) => spelling.replaceAll(/[$.*+?^()[\]{}|\\/]/g, '\\$&'))
    .join('|');
}
