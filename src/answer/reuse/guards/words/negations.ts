import { ENGLISH_NEGATIONS } from '../lexicon/english-words.js';
import { KOREAN_NEGATION_STEMS } from '../lexicon/korean-words.js';
import { wordsOf } from '../lexicon/parse.js';

const ENGLISH = wordsOf(ENGLISH_NEGATIONS);
const KOREAN = [...wordsOf(KOREAN_NEGATION_STEMS)];
const PREFIXED =
  /^(?:미|비|불|무|부)(?:활성|공개|정상|가능|완료|승인|인증|제한|만족|필요|포함|동의|확인|지급|사용|설치|적용|처리|응답|수신|착|제공|료)/;

/** Whether an English word, without its apostrophe, denies: `not`, `cant`, `without`. */
export function isEnglishNegation(word: string): boolean {
  return ENGLISH.has(word);
}

/** Whether a Korean token denies: 안, 못, 말고, 없는, -지 않는, 미승인. */
export function isKoreanNegation(token: string): boolean {
  return (
    token === '안' ||
    token === '못' ||
    KOREAN.some((stem) => token.startsWith(stem)) ||
    /지(?:않|못|마|말)/.test(token) ||
    /(?<=.)(?:없|않)/.test(token) ||
    PREFIXED.test(token)
  );
}
