import type { Language } from '../../retrieval/spec.js';

/** One Hangul syllable block carries about as much as three Latin letters. */
const HANGUL_WEIGHT = 3;

/**
 * Main language by script. Hangul counts threefold, so that Korean prose around Latin identifiers stays Korean.
 * Text without letters, or mostly in another script, is `other`.
 */
export function detectLanguage(text: string): Language {
  let hangul = 0;
  let latin = 0;
  let other = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) latin += isAsciiLetter(code) ? 1 : 0;
    else if (isHangul(code)) hangul += HANGUL_WEIGHT;
    else if (code < 0x250) latin += code >= 0xc0 ? 1 : 0;
    else if (isOtherLetter(code)) other += isCjk(code) ? HANGUL_WEIGHT : 1;
  }
  if (hangul === 0 && latin === 0) return 'other';
  if (other > hangul && other > latin) return 'other';
  return hangul >= latin ? 'ko' : 'en';
}

function isAsciiLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function isHangul(code: number): boolean {
  return (
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0x1100 && code <= 0x11ff) ||
    (code >= 0x3130 && code <= 0x318f)
  );
}

function isCjk(code: number): boolean {
  return (code >= 0x3040 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff);
}

/** Greek to Thai and beyond, and CJK; not punctuation, arrows, box drawing or surrogates. */
function isOtherLetter(code: number): boolean {
  return (code >= 0x370 && code < 0x2000) || isCjk(code) || (code >= 0xa000 && code < 0xac00);
}
