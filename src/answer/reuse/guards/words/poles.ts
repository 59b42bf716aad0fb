import { ENGLISH_OPPOSITES } from '../lexicon/english-opposites.js';
import { KOREAN_OPPOSITES } from '../lexicon/korean-opposites.js';
import { polesOf } from '../lexicon/parse.js';
import { englishStem } from './english-stem.js';

const ENGLISH = new Map(
  [...polesOf(ENGLISH_OPPOSITES)].map(([phrase, poles]) => [
    phrase.split('_').map(englishStem).join('_'),
    poles,
  ]),
);
const KOREAN = [...polesOf(KOREAN_OPPOSITES)];
const LONGEST_GAP = 4;

/** Poles of opposites that an English or mixed text names, sorted, once each. */
export function readPoles(text: string): string[] {
  const tokens = text.match(/[\p{L}\p{N}'-]+/gu) ?? [];
  const poles = new Set<string>();
  const stems = tokens.map((token) => englishStem(token.toLowerCase()));
  stems.forEach((stem, at) => {
    for (const pole of ENGLISH.get(stem) ?? []) poles.add(pole);
    for (let next = at + 1; next <= at + LONGEST_GAP && next < stems.length; next++)
      for (const pole of ENGLISH.get(`${stem}_${stems[next]}`) ?? []) poles.add(pole);
  });
  for (const token of tokens.filter(isHangul)) for (const pole of koreanPoles(token)) poles.add(pole);
  return [...poles].sort();
}

/** Of words that hold one another, 비활성 and 활성, only the longest is meant. */
function koreanPoles(token: string): string[] {
  const met = KOREAN.filter(([start]) => isMeant(token, start));
  return met
    .filter(([start]) => !met.some(([other]) => other !== start && other.includes(start)))
    .flatMap(([, poles]) => poles);
}

function isHangul(token: string): boolean {
  return /^\p{Script=Hangul}/u.test(token);
}

/** Stems of one syllable are met only at the beginning of a token that is little longer, compounds anywhere. */
function isMeant(token: string, start: string): boolean {
  return start.length === 1 ? token.startsWith(start) && token.length <= 4 : token.includes(start);
}
