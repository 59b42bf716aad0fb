/**
 * One spelling for one character: NFKC, and Latin and Greek letters without their accents. Case stays, because
 * identifiers are split by it later. Hangul is never taken apart, and marks of other scripts are letters there.
 */
export function foldText(text: string): string {
  if (!NON_ASCII.test(text)) return text;
  return text.normalize('NFKC').replace(ACCENTED_RUN, foldRun);
}

/** Above ASCII; a test of the whole text is far cheaper than normalising it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
const NON_ASCII = /[^\x00-\x7f]/;

/** Latin-1 to Latin Extended-B, Greek, Latin Extended Additional, Greek Extended; and marks left over. */
// biome-ignore lint/suspicious/noMisleadingCharacterClass: marks are meant on their own
const ACCENTED_RUN = /[\u00c0-\u024f\u0300-\u03ff\u1e00-\u1fff]+/g;

const MARKS = /[\u0300-\u036f]/g;

/** Letters that Unicode does not decompose, as they are commonly written without them. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
};

const PLAIN_LETTER = /[ßæÆœŒøØđĐłŁı]/g;

function foldRun(run: string): string {
  const bare = run.normalize('NFD').replace(MARKS, '');
  return bare.replace(PLAIN_LETTER, (letter) => PLAIN_LETTERS[letter] ?? letter);
}
