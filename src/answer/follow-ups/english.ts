import type { Leaning } from './leaning.js';

/** Words that name nothing to look for. */
const EMPTY = new Set(
  `a about again all also am an and any are as at be been being but by can come could did do does else ever exactly
   example examples explain for from further get give go got had has have he her him his how i if in into is it its
   just know least like long many may me mean means might mine more most much must my need no not now of off often ok
   okay on once one ones only or other others our out over please really same say see shall she should since so some
   still such sure tell than that the their them then there these they thing things this those to too until up us very
   want was way we well were what whats when where which while who whom whose why will with within work works would
   yes yet you your detail details elaborate continue happen happens`.split(/\s+/),
);

const CONJUNCTION = /^(?:and|or|but|so|then|also|ok(?:ay)?|well)\b[ ,]*/i;
/** After a conjunction, so many words are a fragment or a question that goes on. */
const CONJUNCTION_WORDS = 5;

const ELLIPSIS = /^(?:(?:and|or|but|so|then|also|ok(?:ay)?)[ ,]+)*(?:what|how) about\b/i;
const PREPOSITION =
  /^(?:for|on|in|with|without|from|at|to|by|under|after|before|as|per|during|via)\s+(?!which\b|what\b|whose\b|how\b|wh)/i;
const FRAGMENT_WORDS = 6;
/** A thing with a question mark behind it, and nothing else. */
const BARE_WORDS = 3;
const QUESTION_OR_VERB =
  /\b(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|am|be|do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|list|show|explain|describe|compare|tell)\b/i;

/** "Is it possible to …", "How long does it take to …": "it" points at what follows. */
const EXPLETIVE =
  /\b(?:is|was|would|will)\s+it\s+(?:be\s+)?(?:possible|ok|okay|safe|necessary|allowed|better|best|worth|legal|hard|easy|difficult|normal|required|enough)\b|\bit\s+(?:take|takes|cost|costs|mean|means)\s+(?:\w+\s+)?(?:to|for|if|when)\b|\bit(?:'s| is)\s+\w+\s+(?:to|that)\b/i;

const PRONOUN = /\b(it|they|he|she|them|its|their|theirs|him|his|her)\b/i;
/** The pronoun of a clause points at the clause before it. */
const CLAUSE =
  /\b(?:if|when|whenever|before|after|because|while|until|once|unless|since|and|but|or|that|where|which)\s+$/i;
/** "that" and "this" by themselves: not "the model that answers", not "in this project". */
const POINTING = [
  /\b(?:that|this|those|these)(?=\s*(?:[?.!,]|$)|\s+(?:is|was|are|were|does|do|did|work|works|mean|means|happen|happens|apply|applies|cost|costs|too|also|change|changes)\b)/i,
  /\b(?:which|that|this|the|an?|\w+er|\w+est|first|second|third|last|other|another)\s+ones?\b/i,
  /\bthe\s+(?:former|latter|same|others?|rest)\b/i,
  /\b(?:from|go|get|to|over|in|are|is)\s+there\s*[?.!]*$/i,
];
/** "How much is that plan?": a thing that was named before, if nothing else is named. */
const THAT_THING =
  /\b(?:is|are|does|do|did|can|in|on|for|with|of|about|to|from|at|by|use|using|after|before)\s+(?:that|those|these|such)\s+\w+/i;
/** "that" after a noun begins a clause about it; "is that" does not. */
const RELATIVE = /\b(?!is\b|are\b|was\b|does\b|do\b|did\b|can\b|and\b|why\b|how\b)\w{3,}\s+that\s+\w+/i;
const MORE = /\b(?:else|more|other|another)\b/i;
const MORE_WORDS = 5;

export function englishLeaning(text: string): Leaning | undefined {
  const words = text.match(/[a-z0-9][\w'.+-]*/gi) ?? [];
  if (ELLIPSIS.test(text)) return 'ellipsis';
  if (words.every((word) => EMPTY.has(word.toLowerCase().replace(/'s$|\.$/, ''))))
    return refers(text) ? 'reference' : 'continuation';
  if (refers(text)) return 'reference';
  return isFragment(text, words) ? 'ellipsis' : undefined;
}

function isFragment(text: string, words: readonly string[]): boolean {
  const rest = text.replace(CONJUNCTION, '');
  if (rest !== text && words.length <= CONJUNCTION_WORDS + 1) return true;
  if (PREPOSITION.test(rest) && words.length <= FRAGMENT_WORDS) return true;
  if (MORE.test(text) && words.length <= MORE_WORDS && contentWords(text) <= 1) return true;
  return /\?\s*$/.test(text) && words.length <= BARE_WORDS && !QUESTION_OR_VERB.test(text);
}

function refers(text: string): boolean {
  if (pointsBack(text)) return true;
  const thing = THAT_THING.exec(text);
  if (thing !== null && contentWords(text.slice(0, thing.index)) === 0) return true;
  return POINTING.some((pattern) => pattern.test(text)) && !RELATIVE.test(text);
}

/** Whether a pronoun has nothing within the question that it could stand for. */
function pointsBack(text: string): boolean {
  if (EXPLETIVE.test(text)) return false;
  const found = PRONOUN.exec(text);
  if (found === null) return false;
  const before = text.slice(0, found.index);
  const named = contentWords(before);
  const isPossessive = /^(?:its|their|theirs|them|his|her|him)$/i.test(found[1] ?? '');
  return !(named >= (isPossessive ? 2 : 3) || (named >= 1 && CLAUSE.test(before)));
}

function contentWords(text: string): number {
  const words = text.match(/[a-z0-9][\w'.+-]*/gi) ?? [];
  return words.filter((word) => !EMPTY.has(word.toLowerCase())).length;
}
