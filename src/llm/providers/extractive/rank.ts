import { framingLanguage } from './language.js';
import { plain, type Question, type Wanted } from './question.js';
import type { Term } from './terms.js';
import type { Unit } from './units.js';

export interface RankedUnit {
  readonly unit: Unit;
  /** How much of the question's weight the unit covers, 0 to 1. */
  readonly coverage: number;
  /** Coverage with everything else that makes a good answer; only for comparing. */
  readonly score: number;
}

/** What a word weighs that stands everywhere: all passages are about the topic, which still must be met. */
const BASE_WEIGHT = 2;
/** A word found only in the heading right above a unit counts this much, in a title or heading further up less. */
const SECTION_SHARE = 0.8;
const CONTEXT_SHARE = 0.5;
/** A unit that repeats the question. */
const ECHO_SHARE = 0.3;
/** A unit in another language than the question's: quoted where its own language has no answer. */
const FOREIGN_SHARE = 0.5;
/** Half of a Korean word's character pairs are enough to take it for the same word in another form. */
const SAME_WORD_SHARE = 0.5;

/** Scores every unit against the question; best first, ties in document order. */
export function rankUnits(
  question: Question,
  units: readonly Unit[],
  passageOrder: readonly number[],
): RankedUnit[] {
  const weights = question.terms.map((term) => term.importance * (BASE_WEIGHT + rarity(term, units)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return units
    .map((unit) => {
      const coverage = total === 0 ? 0 : covered(question.terms, weights, unit) / total;
      const score = coverage * fitness(unit, question) * trust(passageOrder.indexOf(unit.n));
      return { unit, coverage, score };
    })
    .sort((a, b) => b.score - a.score || a.unit.n - b.unit.n || a.unit.order - b.unit.order);
}

function covered(terms: readonly Term[], weights: readonly number[], unit: Unit): number {
  let sum = 0;
  terms.forEach((term, index) => {
    const own = share(term, unit.pieces);
    const section = SECTION_SHARE * share(term, unit.sectionPieces);
    const context = CONTEXT_SHARE * share(term, unit.contextPieces);
    sum += (weights[index] as number) * Math.max(own, section, context);
  });
  return sum;
}

/** The part of a word that is found. Less than half of it is chance. */
function share(term: Term, pieces: ReadonlySet<string>): number {
  let found = 0;
  for (const piece of term.pieces) if (pieces.has(piece)) found++;
  const part = found / term.pieces.length;
  return part >= SAME_WORD_SHARE ? part : 0;
}

/** Inverse document frequency over the units (BM25's form, never negative). */
function rarity(term: Term, units: readonly Unit[]): number {
  let frequency = 0;
  for (const unit of units) if (share(term, unit.pieces) > 0) frequency++;
  return Math.log(1 + (units.length - frequency + 0.5) / (frequency + 0.5));
}

/** Earlier passages were found to be more relevant. */
function trust(rank: number): number {
  return 1 / (1 + 0.08 * Math.max(0, rank));
}

const SIGNS: Readonly<Partial<Record<Wanted, RegExp>>> = {
  number:
    /\d|[일이삼사오육칠팔구십백천만억] ?(?:개|명|번|회|년|배)|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|half)\b/i,
  time: /\b\d{3,4}\b|\d+ ?(?:년|월|일|시|세기)|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|century)\b/i,
  person:
    /\b[A-Z]\p{Ll}+ (?:[a-z]{2,3} )?[A-Z]\p{Ll}+|\p{Script=Hangul}{2,4}(?:은|는|이|가|에 의해|에게)(?=\s)/u,
  place: /\b(?:in|at|near|from) (?:the )?[A-Z]|에서|위치|지역|시에|국에/,
  reason:
    /\b(?:because|since|due to|reason|in order to|so that|as a result)\b|때문|이유|위해|위하여|므로|으로 인해/i,
  method:
    /\b(?:you can|to do|use|using|create|add|run|install|set|call|import|first|then)\b|하면|합니다|하십시오|하세요|사용|추가|실행|설정/i,
  definition:
    /\b(?:is|are|was|means|refers to|is called)\b|(?:이란|란|은|는)\s.*(?:이다|입니다|말한다|말합니다|뜻한다|의미)/i,
};

/** Whether it is the kind of sentence that is wanted, whole, and of a readable length. */
function fitness(unit: Unit, { wanted, text: asked, language }: Question): number {
  const text = `${unit.lead} ${unit.body}`;
  const sign = SIGNS[wanted]?.test(text) ? 1.2 : 1;
  return (
    sign *
    (echoes(text, asked) ? ECHO_SHARE : 1) *
    (framingLanguage(text) === language ? 1 : FOREIGN_SHARE) *
    kindFitness(unit, wanted) *
    wholeness(unit) *
    readability(text.length) *
    (unit.order === 0 ? 1.03 : 1)
  );
}

/** Documentation shows questions as examples; to find one's own question again is no answer. */
function echoes(text: string, asked: string): boolean {
  return asked.length > 8 && plain(text).includes(asked);
}

function kindFitness({ kind }: Unit, wanted: Wanted): number {
  if (kind === 'code') return wanted === 'method' ? 0.9 : 0.5;
  if (kind === 'table') return 0.8;
  return kind === 'list' && wanted !== 'method' ? 0.95 : 1;
}

/** Sentences that a passage's edge cut, that ask themselves, or that lean on the sentence before. */
function wholeness({ kind, lead }: Unit): number {
  if (kind !== 'sentence') return 1;
  if (/[?？]["'”’)]*$/.test(lead)) return 0.6;
  if (!/[.!。！…다요]["'”’)\]]*$/.test(lead)) return 0.75;
  if (
    /^(?:this|these|those|it|they|he|she|however|but|so|then|also|and|이것|이는|그것|그는|그녀|그러나|하지만|또한|그리고|따라서)\b/i.test(
      lead,
    )
  )
    return 0.9;
  return 1;
}

function readability(characters: number): number {
  if (characters < 25) return 0.7;
  return characters > 500 ? 0.8 : 1;
}
