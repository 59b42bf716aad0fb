import {
  ENGLISH_FRAME_WORDS,
  ENGLISH_FUNCTION_WORDS,
  ENGLISH_LIGHT_WORDS,
  ENGLISH_SYNONYMS,
} from '../lexicon/english-words.js';
import { KOREAN_FUNCTION_STEMS, KOREAN_LIGHT_STEMS, KOREAN_SYNONYMS } from '../lexicon/korean-words.js';
import { groupsOf, wordsOf } from '../lexicon/parse.js';
import type { Role, Term } from '../reading.js';
import { englishStem } from './english-stem.js';
import { isOnlySuffix, koreanStems, stemLetters } from './korean-stem.js';
import { deniedPart, isEnglishNegation, isKoreanNegation } from './negations.js';

const FUNCTION_WORDS = wordsOf(ENGLISH_FUNCTION_WORDS);
const FRAME_WORDS = wordsOf(ENGLISH_FRAME_WORDS);
const LIGHT_WORDS = new Set([...wordsOf(ENGLISH_LIGHT_WORDS)].map(englishStem));
const GROUPS = stemmedGroups(groupsOf(ENGLISH_SYNONYMS, '='), englishStem);

const FUNCTION_STEMS = stemLetters(wordsOf(KOREAN_FUNCTION_STEMS));
const LIGHT_STEMS = stemLetters(wordsOf(KOREAN_LIGHT_STEMS));
const KOREAN_GROUPS = stemmedGroups(groupsOf(KOREAN_SYNONYMS, '='), (word) => [...stemLetters([word])][0]!);

const FRAME_WEIGHT = 0.3;
const LIGHT_WEIGHT = 0.25;

const WORD =
  /\p{Script=Hangul}+|(?:(?!\p{Script=Hangul})[\p{L}\p{M}])+(?:['’](?:(?!\p{Script=Hangul})\p{L})+)?/gu;

/** The words of a text that say what it is about, in order. What facts have taken is blank already. */
export function readTerms(text: string): Term[] {
  const terms: Term[] = [];
  const words = [...text.matchAll(WORD)];
  words.forEach((match, at) => {
    const before = words[at - 1]?.[0].toLowerCase();
    const after = words.slice(at + 1, at + 3).map(([word]) => word);
    const term = /\p{Script=Hangul}/u.test(match[0])
      ? koreanTerm(match[0], after)
      : englishTerm(match[0], before, isSentenceStart(text, match.index));
    if (term) terms.push(term);
  });
  return terms;
}

function isSentenceStart(text: string, at: number): boolean {
  return /(?:^|[.?!:"(])\s*$/.test(text.slice(Math.max(0, at - 3), at));
}

function englishTerm(word: string, before: string | undefined, isStart: boolean): Term | undefined {
  const plain = word
    .toLowerCase()
    .replace(/['’]s$/, '')
    .replaceAll(/['’]/g, '');
  const isAcronym = ACRONYM.test(word);
  if (isEnglishNegation(plain) || (FUNCTION_WORDS.has(plain) && !isAcronym)) return undefined;
  const stem = englishStem(plain);
  const weight = isAcronym ? 1 : englishWeight(plain, stem);
  const role = before === undefined ? undefined : ROLE_OF[before];
  return {
    key: plain,
    forms: new Set([stem, ...(GROUPS.get(stem) ?? [])]),
    weight,
    isName: (isAcronym || !isStart) && weight === 1 && /^\p{Lu}/u.test(word),
    ...(role && { role }),
  };
}

/** `IT`, `US`, `C`: in capitals a short word is a name. `I` and `A` are words, and whole sentences may be shouted. */
const ACRONYM = /^(?![IA]$)\p{Lu}{1,4}$/u;

function englishWeight(word: string, stem: string): number {
  if (FRAME_WORDS.has(word)) return FRAME_WEIGHT;
  return LIGHT_WORDS.has(stem) ? LIGHT_WEIGHT : 1;
}

const ROLE_OF: Readonly<Record<string, Role>> = {
  from: 'from',
  to: 'to',
  into: 'to',
  than: 'than',
  over: 'than',
};

function koreanTerm(token: string, after: readonly string[]): Term | undefined {
  if (INSTEAD.test(token) || QUANTITY.test(token) || isOnlySuffix(token)) return undefined;
  const word = isKoreanNegation(token) ? deniedPart(token) : token;
  if (word === '') return undefined;
  const stems = koreanStems(word);
  if (stems.some((stem) => FUNCTION_STEMS.has(stem))) return undefined;
  const role = koreanRole(token, after);
  const isLight = role === 'instead' || role === 'than' || stems.some((stem) => LIGHT_STEMS.has(stem));
  return {
    key: word,
    forms: new Set(stems.flatMap((stem) => [stem, ...(KOREAN_GROUPS.get(stem) ?? [])])),
    weight: isLight ? LIGHT_WEIGHT : 1,
    isName: false,
    ...(role && { role }),
  };
}

function koreanRole(token: string, [next, second]: readonly string[]): Role | undefined {
  const isInstead = INSTEAD.test(next ?? '') || (/지$/.test(next ?? '') && INSTEAD.test(second ?? ''));
  return isInstead ? 'instead' : KOREAN_ROLES.find(([, ending]) => ending.test(token))?.[0];
}

/** 몇 개, 몇통: the question word has it already. */
const QUANTITY = /^몇|^(?:개나|통이나|개까지|개인지)$/;

/** `X 말고 Y`, `X 대신 Y`: X is what it is compared with. */
const INSTEAD = /^(?:말고|말구|대신|대신에|아니라)$/;

const KOREAN_ROLES: readonly (readonly [Role, RegExp])[] = [
  ['instead', /(?:말고|말구|대신)$/],
  ['than', /(?:보다|보다는|보단)$/],
  ['from', /(?:에서|부터|에게서|한테서)$/],
  ['to', /(?:으로|로|까지|에게|한테)$/],
  ['patient', /[을를]$/],
  ['agent', /(?:이|가|께서)$/],
];

function stemmedGroups(
  groups: ReadonlyMap<string, readonly string[]>,
  stem: (word: string) => string,
): ReadonlyMap<string, readonly string[]> {
  const stemmed = new Map<string, readonly string[]>();
  for (const [word, names] of groups)
    stemmed.set(stem(word), [...new Set([...(stemmed.get(stem(word)) ?? []), ...names])]);
  return stemmed;
}
