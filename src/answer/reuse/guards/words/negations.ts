import { ENGLISH_NEGATIONS } from '../lexicon/english-words.js';
import { KOREAN_NEGATION_STEMS } from '../lexicon/korean-words.js';
import { wordsOf } from '../lexicon/parse.js';

const ENGLISH = wordsOf(ENGLISH_NEGATIONS);
const KOREAN = [...wordsOf(KOREAN_NEGATION_STEMS)];
/** Words that only look as if they denied: `아니면`, `아니라`, `-지 말고`, `-지 않을까요`. */
const NO_NEGATION = /^아니면|^아니라|^아님|말고$|^않을까|않을까요?$|^없을까|^없나요/;
const PREFIXED =
  /^(?:미|비|불|무|부)(?:완료|승인|인증|제한|만족|필요|포함|동의|확인|지급|사용|설치|적용|처리|응답|수신|착|제공|료)/;

/** Whether an English word, without its apostrophe, denies: `not`, `cant`, `without`. */
export function isEnglishNegation(word: string): boolean {
  return ENGLISH.has(word);
}

/** Whether a Korean token denies: 안, 못, 말자, 없는, -지 않는, 안쓰는, 미승인. */
export function isKoreanNegation(token: string): boolean {
  if (NO_NEGATION.test(token)) return false;
  return (
    /^(?:안|못|마|맙시다)$/.test(token) ||
    KOREAN.some((stem) => token.startsWith(stem)) ||
    ATTACHED.test(token) ||
    PREFIXED.test(token)
  );
}

/** A negation that is written in one word with what it denies: 끄지마, 안쓰는. */
const ATTACHED =
  /(?<=.)지(?:는|도)?(?:않|못|마|말(?!고)|맙)|(?<=.)(?:없|않)|^안(?=쓰|써|쓴|쓸|읽|해|하|했|한|할|가|간|갔|와|온|왔|나|보이|보여|먹|받|켜|꺼|열|들|오|모아)/;

/** What a token says besides its negation; empty where it only denies. */
export function deniedPart(token: string): string {
  if (PREFIXED.test(token)) return token;
  const at = token.search(/(?<=.)지(?:는|도)?(?:않|못|마|말|맙)|(?<=.)(?:없|않)/);
  if (at > 0) return token.slice(0, at);
  return /^안./.test(token) && ATTACHED.test(token) ? token.slice(1) : '';
}
