const ENGLISH = new Map<string, number>(
  (
    'zero:0 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9 ten:10 eleven:11 twelve:12 thirteen:13 fourteen:14 ' +
    'fifteen:15 sixteen:16 seventeen:17 eighteen:18 nineteen:19 twenty:20 thirty:30 forty:40 fifty:50 sixty:60 ' +
    'seventy:70 eighty:80 ninety:90'
  )
    .split(' ')
    .map((entry) => [entry.split(':')[0]!, Number(entry.split(':')[1])]),
);

const ORDINALS = new Map<string, number>(
  (
    'first:1 second:2 third:3 fourth:4 fifth:5 sixth:6 seventh:7 eighth:8 ninth:9 tenth:10 eleventh:11 twelfth:12 ' +
    'twentieth:20 thirtieth:30'
  )
    .split(' ')
    .map((entry) => [entry.split(':')[0]!, Number(entry.split(':')[1])]),
);

const NATIVE = new Map<string, number>(
  '한:1 하나:1 두:2 둘:2 세:3 셋:3 석:3 네:4 넷:4 다섯:5 여섯:6 일곱:7 여덟:8 아홉:9'
    .split(' ')
    .map((entry) => [entry.split(':')[0]!, Number(entry.split(':')[1])]),
);

const NATIVE_TENS = new Map<string, number>(
  '열:10 스물:20 스무:20 서른:30 마흔:40 쉰:50 예순:60 일흔:70 여든:80 아흔:90'
    .split(' ')
    .map((entry) => [entry.split(':')[0]!, Number(entry.split(':')[1])]),
);

const SINO_DIGITS = '영일이삼사오육칠팔구';
const SMALL_UNITS = new Map([
  ['십', 10],
  ['백', 100],
  ['천', 1_000],
]);
const LARGE_UNITS = new Map([
  ['만', 1e4],
  ['억', 1e8],
  ['조', 1e12],
]);

export const ENGLISH_NUMERALS: readonly string[] = [...ENGLISH.keys()];
export const ENGLISH_ORDINALS: readonly string[] = [...ORDINALS.keys()];
export const NATIVE_NUMERAL = `(?:${[...NATIVE_TENS.keys()].join('|')})?(?:${[...NATIVE.keys()].sort((a, b) => b.length - a.length).join('|')})|${[...NATIVE_TENS.keys()].join('|')}`;

/** `twenty-one` → 21; undefined for what is no numeral. */
export function englishNumeral(word: string): number | undefined {
  const parts = word.toLowerCase().split(/[\s-]+/);
  const values = parts.map((part) => ENGLISH.get(part) ?? (part === 'one' ? 1 : undefined));
  if (values.includes(undefined)) return undefined;
  return (values as number[]).reduce((sum, value) => sum + value, 0);
}

export function englishOrdinal(word: string): number | undefined {
  return ORDINALS.get(word.toLowerCase());
}

/** `스물두` → 22; undefined for what is no native numeral. */
export function nativeNumeral(word: string): number | undefined {
  const plain = NATIVE.get(word) ?? NATIVE_TENS.get(word);
  if (plain !== undefined) return plain;
  const ten = [...NATIVE_TENS.keys()].find((start) => word.startsWith(start));
  const one = ten === undefined ? undefined : NATIVE.get(word.slice(ten.length));
  return ten === undefined || one === undefined ? undefined : NATIVE_TENS.get(ten)! + one;
}

/** `3만 5천` → 35,000, `이십만` → 200,000, `12` → 12; undefined for what is no number. */
export function sinoNumber(text: string): number | undefined {
  let [total, section, current] = [0, 0, Number.NaN];
  for (const [piece] of text.replaceAll(/[\s,]/g, '').matchAll(/\d+(?:\.\d+)?|./gu)) {
    const digit = SINO_DIGITS.indexOf(piece);
    if (/^\d/.test(piece)) current = Number(piece);
    else if (digit >= 0) current = (Number.isNaN(current) ? 0 : current * 10) + digit;
    else if (SMALL_UNITS.has(piece)) {
      section += or(current, 1) * SMALL_UNITS.get(piece)!;
      current = Number.NaN;
    } else if (LARGE_UNITS.has(piece)) {
      total += or(section + or(current, 0), 1) * LARGE_UNITS.get(piece)!;
      [section, current] = [0, Number.NaN];
    } else return undefined;
  }
  return total + section + or(current, 0);
}

function or(value: number, otherwise: number): number {
  return Number.isNaN(value) || value === 0 ? otherwise : value;
}
