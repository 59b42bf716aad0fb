import { type FramingLanguage, framingLanguage } from './language.js';
import { type Term, termsOf } from './terms.js';

/** What kind of sentence would answer. */
export type Wanted = 'person' | 'time' | 'number' | 'place' | 'reason' | 'method' | 'definition' | 'any';

export interface QuestionTerm extends Term {
  /** 1, or less for a word that asks more than it names: "enable", "difference". */
  readonly importance: number;
}

export interface Question {
  /** Content words, each once. */
  readonly terms: readonly QuestionTerm[];
  readonly wanted: Wanted;
  /** The question as `plain` writes it. */
  readonly text: string;
  readonly language: FramingLanguage;
}

/** Letters and digits only, in lower case, words set apart by one space: for finding a text within another. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const ENGLISH_STOPWORDS = new Set(
  (
    'a an the and or but if then of in on at to for from by with without about as into over under is are was were be been being ' +
    'am do does did done doing have has had can could should would will shall may might must i you he she it we they me my your ' +
    'his her its our their them us this that these those there here what which who whom whose when where why how many much ' +
    'not no so too very just also any some all each get use used using make want please tell explain describe give show ' +
    'me way ways work works mean means s t'
  ).split(' '),
);

const KOREAN_STOPWORD =
  /^(?:무엇.*|뭐.*|무슨|뭔.*|어떤|어떻게.*|어떠.*|어디.*|언제.*|누구.*|누가|왜|얼마.*|몇|어느|그리고|그러나|하지만|및|또는|것|것은|것을|것이|수|있는|있나요|있습니까|있어요?|있을까요?|없나요?|없는|하나요|하나|합니까|하는|하려면|하면|해야|되나요|됩니까|인가요?|입니까|대해|대해서|대한|알려줘요?|알려주세요|설명해줘요?|설명해주세요|설명해|주세요|방법|방법은|방법을|싶어요?|싶은데요?|이|그|저|은|는|이란|란|때)$/;

/** Documents say the same in other words: what is asked to be "enabled" is "configured" there. */
const GENERAL =
  /^(?:need|enable|disable|activate|configure|set|setup|setting|create|add|write|run|start|stop|define|declare|change|install|handle|allow|find|difference|different|between|example|purpose|reason|possible|support|supported|work|happen|happens|설정|사용|작성|추가|생성|실행|활성화|만들|변경|구성|정의|선언|설치|차이|차이점|예제|예시|이유|목적|가능|지원)/;
const GENERAL_SHARE = 0.4;

const WANTED: readonly (readonly [Wanted, RegExp])[] = [
  ['number', /\bhow (?:many|much|long|old|tall|far|large|big|often)\b|몇|얼마/i],
  ['time', /\bwhen\b|\bwhat (?:year|date|day|month|time)\b|\bin which year\b|언제|몇 ?(?:년|월|일|시)/i],
  ['person', /\bwho(?:m|se)?\b|누구|누가/i],
  ['place', /\bwhere\b|\bwhat (?:city|country|place)\b|어디|어느 (?:나라|도시|곳)/i],
  ['reason', /\bwhy\b|\bwhat (?:is the reason|causes?)\b|왜|이유/i],
  ['method', /\bhow\b|\bsteps?\b|\bexample|\bcode\b|어떻게|방법|하려면|예제|예시|코드/i],
  ['definition', /^\s*what(?:'s| is| are| was| were)\b|무엇|뭐|뭔가|(?:이란|란)\??\s*$|뜻|의미/i],
];

/** Reads a question: which words it is about and what would answer it. */
export function readQuestion(text: string): Question {
  const seen = new Set<string>();
  const words = termsOf(text).filter(({ word }) => {
    if (seen.has(word) || isStopword(word)) return false;
    seen.add(word);
    return true;
  });
  const terms = words.map((term) => ({ ...term, importance: isGeneral(term.word) ? GENERAL_SHARE : 1 }));
  const wanted = WANTED.find(([, pattern]) => pattern.test(text))?.[0] ?? 'any';
  return { terms, wanted, text: plain(text), language: framingLanguage(text) };
}

function isGeneral(word: string): boolean {
  return GENERAL.test(word);
}

function isStopword(word: string): boolean {
  return ENGLISH_STOPWORDS.has(word) || KOREAN_STOPWORD.test(word);
}
