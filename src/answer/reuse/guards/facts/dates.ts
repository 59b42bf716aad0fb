import { sinoNumber } from './numerals.js';
import type { FactScanner } from './scanner.js';

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const YEAR = '((?:19|20)\\d\\d)';
const DAY = '(\\d{1,2})(?:st|nd|rd|th)?';
const EDGE = '(?<![\\p{L}\\p{N}])';
const END = '(?![\\p{Script=Latin}\\p{N}])';

const ISO = new RegExp(`${EDGE}${YEAR}[-/.]\\s?(\\d{1,2})[-/.]\\s?(\\d{1,2})\\.?${END}`, 'giu');
const MONTH_DAY = new RegExp(`${EDGE}${MONTH}\\s+${DAY}(?:,?\\s+${YEAR})?${END}`, 'giu');
const DAY_MONTH = new RegExp(`${EDGE}${DAY}\\s+(?:of\\s+)?${MONTH}(?:,?\\s+${YEAR})?${END}`, 'giu');
const MONTH_YEAR = new RegExp(`${EDGE}${MONTH},?\\s+(?:of\\s+)?${YEAR}${END}`, 'giu');
const MONTH_ONLY = new RegExp(
  `(?<=(?:in|of|by|until|till|since|for|this|last|next)\\s)${MONTH}${END}`,
  'giu',
);
const KOREAN_MONTH =
  /(?<![\p{L}\p{N}])(일|이|삼|사|오|유|육|칠|팔|구|시|십|십일|십이)월(?:\s?([일이삼사오육칠팔구십]{1,3})일)?(?![급])/gu;
const KOREAN_DATE = /(?<![\p{L}\p{N}])(?:(\d{4}|\d{2})년\s?)?(\d{1,2})월(?:\s?(\d{1,2})일)?/gu;
const SLASHED = new RegExp(`${EDGE}(\\d{1,2})/(\\d{1,2})(?:/((?:19|20)?\\d\\d))?${END}`, 'giu');

const WEEKDAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');
const WEEKDAY = /(?<![\p{L}\p{N}])(mon|tues?|wednes|thurs?|fri|satur|sun)days?(?![\p{L}\p{N}])/giu;
const KOREAN_WEEKDAY = /([월화수목금토일])욜|([월화수목금토일])요일/gu;

const CLOCK = new RegExp(`${EDGE}(\\d{1,2})(?::(\\d\\d))?\\s?([ap])\\.?m\\.?${END}`, 'giu');
const CLOCK_24 = new RegExp(`${EDGE}([01]?\\d|2[0-3]):([0-5]\\d)${END}`, 'giu');
const HOUR_WORD = '열두|열한|열|한|두|세|네|다섯|여섯|일곱|여덟|아홉';
const KOREAN_CLOCK = new RegExp(
  `(?:(오전|오후|아침|저녁|밤|새벽|낮)\\s?)?(?<![\\p{N}])(\\d{1,2}|(?<![\\p{L}])(?:${HOUR_WORD}))시(?!간|작|도|스|장|험|청)(?:\\s?(\\d{1,2})분|\\s?(반))?`,
  'gu',
);

/** Words for a day or a time that move with today: `spelling: what it is compared as`. */
const RELATIVE: readonly (readonly [RegExp, string])[] = [
  [/(?<![\p{L}])(?:the\s)?day\safter\stomorrow(?![\p{L}])|내일모레|모레/giu, 'day+2'],
  [/(?<![\p{L}])tomorrow(?:'?s)?(?![\p{L}])|내일|(?<![\p{L}])낼(?=[\s은이도,.?!]|$)/giu, 'day+1'],
  [/(?<![\p{L}])yesterday(?:'?s)?(?![\p{L}])|(?<!그)어제/giu, 'day-1'],
  [/그저께|그제|엊그제/gu, 'day-2'],
  [/(?<![\p{L}])(?:today(?:'?s)?|tonight)(?![\p{L}])|오늘/giu, 'day+0'],
  [/(?<![\p{L}])this\sweek(?![\p{L}])|(?:이번|금)\s?주(?!말)/giu, 'week+0'],
  [/(?<![\p{L}])next\sweek(?![\p{L}])|다음\s?주(?!말)|담주/giu, 'week+1'],
  [/(?<![\p{L}])last\sweek(?![\p{L}])|(?:지난|저번)\s?주(?!말)/giu, 'week-1'],
  [/(?<![\p{L}])this\smonth(?![\p{L}])|이번\s?달|이달/giu, 'month+0'],
  [/(?<![\p{L}])next\smonth(?![\p{L}])|다음\s?달|담달/giu, 'month+1'],
  [/(?<![\p{L}])last\smonth(?![\p{L}])|(?:지난|저번)\s?달/giu, 'month-1'],
  [/(?<![\p{L}])this\syear(?![\p{L}])|올해|금년|이번\s?(?:해|년도?)/giu, 'year+0'],
  [/(?<![\p{L}])next\syear(?![\p{L}])|내년/giu, 'year+1'],
  [/(?<![\p{L}])last\syear(?![\p{L}])|작년|지난\s?해|저번\s?해/giu, 'year-1'],
  [/(?<![\p{L}])weekends?(?![\p{L}])|주말/giu, 'weekend'],
  [/(?<![\p{L}])weekdays?(?![\p{L}])|평일/giu, 'weekdays'],
  [/새벽/gu, 'dawn'],
  [/(?<![\p{L}])mornings?(?![\p{L}])|아침|오전/giu, 'morning'],
  [/(?<![\p{L}])(?:noon|midday)(?![\p{L}])|점심|정오/giu, 'noon'],
  [/(?<![\p{L}])afternoons?(?![\p{L}])|오후/giu, 'afternoon'],
  [/(?<![\p{L}])evenings?(?![\p{L}])|저녁/giu, 'evening'],
  [/(?<![\p{L}])nights?(?![\p{L}])|(?<![\p{L}])밤(?=[\s에은이\d]|$)/giu, 'night'],
];

/**
 * Takes dates as `YYYY-MM-DD` with `????` for a year that is not said, weekdays as `monday`, times as `T15:00`,
 * and days that move with today as `day+1`.
 */
export function takeDates(scanner: FactScanner): string[] {
  return [
    ...scanner.take(ISO, ([, year, month, day]) => calendar(year, month, day)),
    ...scanner.take(MONTH_DAY, ([, month, day, year]) => calendar(year, monthNumber(month!), day)),
    ...scanner.take(DAY_MONTH, ([, day, month, year]) => calendar(year, monthNumber(month!), day)),
    ...scanner.take(MONTH_YEAR, ([, month, year]) => calendar(year, monthNumber(month!))),
    ...scanner.take(MONTH_ONLY, ([, month]) => calendar(undefined, monthNumber(month!))),
    ...scanner.take(KOREAN_DATE, ([, year, month, day]) => calendar(year, month, day)),
    ...scanner.take(KOREAN_MONTH, ([, month, day]) => spelled(month!, day)),
    ...scanner.take(SLASHED, ([, first, second, year]) => slashed(first!, second!, year)),
    ...scanner.take(WEEKDAY, ([, start]) =>
      WEEKDAYS.find((day) => day.startsWith(start!.toLowerCase().slice(0, 3))),
    ),
    ...scanner.take(
      KOREAN_WEEKDAY,
      ([, first, second]) => WEEKDAYS['월화수목금토일'.indexOf((first ?? second)!)],
    ),
    ...scanner.take(CLOCK, ([, hour, minute, half]) =>
      clock(Number(hour), minute, half!.toLowerCase() === 'p'),
    ),
    ...scanner.take(CLOCK_24, ([, hour, minute]) => clock(Number(hour), minute, false)),
    ...scanner.take(KOREAN_CLOCK, ([, part, hour, minute, half]) =>
      koreanClock(part, hour!, half ? '30' : minute),
    ),
    ...dropInstead(scanner),
    ...RELATIVE.flatMap(([pattern, name]) => scanner.take(pattern, () => name)),
  ];
}

function monthNumber(name: string): string {
  return String(MONTHS.findIndex((month) => month.startsWith(name.toLowerCase().slice(0, 3))) + 1);
}

function calendar(year: string | undefined, month?: string, day?: string): string | undefined {
  if (Number(month) > 12 || Number(month) === 0 || Number(day ?? 1) > 31) return undefined;
  const full = year === undefined ? '????' : year.length === 2 ? `20${year}` : year;
  return [full, month, day]
    .filter((part) => part !== undefined)
    .map((part) => part.padStart(2, '0'))
    .join('-');
}

const MONTH_WORDS = '일 이 삼 사 오 유 칠 팔 구 시 십일 십이'.split(' ');

function spelled(month: string, day: string | undefined): string | undefined {
  const number = MONTH_WORDS.indexOf(month === '육' ? '유' : month === '십' ? '시' : month) + 1;
  return calendar(undefined, String(number), day === undefined ? undefined : String(sinoNumber(day)));
}

/** `오늘 말고 내일`, `저녁 대신 아침에`: what is not meant is no fact. */
const INSTEAD =
  /(?:오늘|내일|모레|어제|주말|평일|이번\s?주|다음\s?주|새벽|아침|오전|점심|낮|오후|저녁|밤)(?:에|에는)?\s?(?:말고|대신)/gu;

function dropInstead(scanner: FactScanner): string[] {
  scanner.take(INSTEAD, () => '');
  return [];
}

/** Month first, as in the United States, unless only the other order gives a date. */
function slashed(first: string, second: string, year: string | undefined): string | undefined {
  return Number(first) > 12 ? calendar(year, second, first) : calendar(year, first, second);
}

function clock(hour: number, minute: string | undefined, isAfternoon: boolean): string {
  const full =
    isAfternoon && hour < 12 ? hour + 12 : !isAfternoon && hour === 12 && minute === undefined ? 12 : hour;
  return `T${String(full).padStart(2, '0')}:${(minute ?? '0').padStart(2, '0')}`;
}

/** Without a word for the half of the day an hour stays as it is said. */
function koreanClock(part: string | undefined, hour: string, minute: string | undefined): string | undefined {
  const words = HOUR_WORD.split('|');
  const values = [12, 11, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const value = /\d/.test(hour) ? Number(hour) : values[words.indexOf(hour)]!;
  return value > 24 ? undefined : clock(value, minute, part !== undefined && '오후저녁밤낮'.includes(part));
}

/** Whether two dates may be one: equal where both say something. Symmetric. */
export function isSameDate(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [a, b].map((date) => date.replace(/^(?:\d{4}|\?{4})-/, ''));
  const isDate = /^(?:\d{4}|\?{4})-/;
  return left === right && isDate.test(a) && isDate.test(b) && (a.startsWith('????') || b.startsWith('????'));
}
