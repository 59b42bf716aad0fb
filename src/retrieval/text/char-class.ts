/** What a UTF-16 code unit is to the analyser. */
export const CharClass = {
  /** Separates words. */
  other: 1,
  /** Letter, digit or mark of a script that writes words. */
  word: 2,
  /** Hangul syllable or letter: cut into bigrams. */
  hangul: 3,
  /** Han, kana and scripts without spaces between words: cut into bigrams. */
  unspaced: 4,
} as const;

export type CharClass = (typeof CharClass)[keyof typeof CharClass];

const HANGUL = /\p{Script=Hangul}/u;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORD = /[\p{L}\p{N}\p{M}]/u;

/** Filled as characters are met: 0 means not asked yet. Bounded by the 65,536 code units that exist. */
const known = new Uint8Array(0x10000);

export function charClass(codeUnit: number): CharClass {
  const found = known[codeUnit]!;
  return found === 0 ? classify(codeUnit) : (found as CharClass);
}

function classify(codeUnit: number): CharClass {
  const found = classOf(codeUnit);
  known[codeUnit] = found;
  return found;
}

function classOf(codeUnit: number): CharClass {
  // Beyond the basic plane nearly all letters are rare Han; halves of a pair make one bigram, which is the character.
  if (codeUnit >= 0xd800 && codeUnit <= 0xdfff) return CharClass.unspaced;
  const character = String.fromCharCode(codeUnit);
  if (HANGUL.test(character)) return CharClass.hangul;
  if (UNSPACED.test(character)) return CharClass.unspaced;
  return WORD.test(character) ? CharClass.word : CharClass.other;
}
