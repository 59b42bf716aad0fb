import { ENGLISH_FUNCTION_WORDS, ENGLISH_LIGHT_WORDS, ENGLISH_SYNONYMS } from '../lexicon/english-words.js';
import { KOREAN_FUNCTION_STEMS, KOREAN_LIGHT_STEMS, KOREAN_SYNONYMS } from '../lexicon/korean-words.js';
import { groupsOf, wordsOf } from '../lexicon/parse.js';
import type { Role, Term } from '../reading.js';
import { englishStem } from './english-stem.js';
import { koreanStems, stemLetters } from './korean-stem.js';
import { isEnglishNegation, isKoreanNegation } from './negations.js';

const FUNCTION_WORDS = wordsOf(ENGLISH_FUNCTION_WORDS);
const LIGHT_WORDS = new Set([...wordsOf(ENGLISH_LIGHT_WORDS)].map(englishStem));
const GROUPS = stemmedGroups(groupsOf(ENGLISH_SYNONYMS, '='), englishStem);

const FUNCTION_STEMS = stemLetters(wordsOf(KOREAN_FUNCTION_STEMS));
const LIGHT_STEMS = stemLetters(wordsOf(KOREAN_LIGHT_STEMS));
const KOREAN_GROUPS = stemmedGroups(groupsOf(KOREAN_SYNONYMS, '='), (word) => [...stemLetters([word])][0]!);

const LIGHT_WEIGHT = 0.25;

const WORD = /[\p{Script=Hangul}]+|[\p{L}\p{M}]+(?:['’]\p{L}+)?/gu;

/** The words of a text that say what it is about, in order. What facts have taken is blank already. */
export function readTerms(text: string): Term[] {
  const terms: Term[] = [];
  const words = [...text.matchAll(WORD)];
  words.forEach((match, at) => {
    const before = words[at - 1]?.[0].toLowerCase();
    const term = /\p{Script=Hangul}/u.test(match[0])
      ? koreanTerm(match[0])
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
  if (FUNCTION_WORDS.has(plain) || isEnglishNegation(plain) || plain.length < 2) return undefined;
  const stem = englishStem(plain);
  const isLight = LIGHT_WORDS.has(stem);
  const isName = !isStart && !isLight && /^\p{Lu}/u.test(word);
  const role = before === undefined ? undefined : ROLE_OF[before];
  return {
    key: plain,
    forms: new Set([stem, ...(GROUPS.get(stem) ?? [])]),
    weight: isLight ? LIGHT_WEIGHT : 1,
    isName,
    ...(role && { role }),
  };
}

const ROLE_OF: Readonly<Record<string, Role>> = {
  from: 'from',
  to: 'to',
  into: 'to',
  than: 'than',
  over: 'than',
};

function koreanTerm(token: string): Term | undefined {
  const stems = koreanStems(token);
  if (stems.some((stem) => FUNCTION_STEMS.has(stem)) || isKoreanNegation(token)) return undefined;
  const isLight = stems.some((stem) => LIGHT_STEMS.has(stem));
  const role = KOREAN_ROLES.find(([, ending]) => ending.test(token))?.[0];
  return {
    key: token,
    forms: new Set(stems.flatMap((stem) => [stem, ...(KOREAN_GROUPS.get(stem) ?? [])])),
    weight: isLight ? LIGHT_WEIGHT : 1,
    isName: false,
    ...(role && { role }),
  };
}

const KOREAN_ROLES: readonly (readonly [Role, RegExp])[] = [
  ['than', /보다$/],
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
