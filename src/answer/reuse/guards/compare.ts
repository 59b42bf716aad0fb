import type { GuardName, GuardVerdict } from '../spec.js';
import { align } from './content.js';
import { findSwap } from './direction.js';
import { isSameDate } from './facts/dates.js';
import { readText } from './read.js';
import type { FactKind, Reading } from './reading.js';
import { mayBeSameType } from './words/question-type.js';

type Difference = Extract<GuardVerdict, { kind: 'differ' }>;

/**
 * Whether one answer may serve both questions, as far as their words tell: the first guard that finds a difference,
 * or how alike they are. Symmetric; a question agrees with itself.
 */
export function compareQuestions(a: string, b: string): GuardVerdict {
  return comparisonWith(a)(b);
}

/** The same with one question after the other: `a` is read once. */
export function comparisonWith(a: string): (b: string) => GuardVerdict {
  let left: Reading | undefined;
  return (b) => {
    if (a.trim() === b.trim()) return { kind: 'agree', likeness: 1 };
    if (Math.max(a.length, b.length) > MAX_QUESTION_CHARACTERS)
      return differ('content', [`${a.length} characters`], [`${b.length} characters`]);
    left ??= readText(a);
    const right = readText(b);
    const difference = compareFacts(left, right, FACT_GUARDS) ?? compareWords(left, right);
    return difference ?? compareContent(left, right);
  };
}

/** Longer ones carry pasted material, of which one character may matter; they are alike only when they are equal. */
const MAX_QUESTION_CHARACTERS = 1_000;

type FactGuard = FactKind | 'negation' | 'polarity';

const FACT_GUARDS: readonly FactGuard[] = [
  'number',
  'date',
  'unit',
  'version',
  'name',
  'negation',
  'polarity',
];

/** Compares what is either the same or not. */
export function compareFacts(
  left: Reading,
  right: Reading,
  guards: readonly FactGuard[],
): Difference | undefined {
  for (const guard of guards) {
    const difference = factGuard(guard, left, right);
    if (difference) return difference;
  }
  return undefined;
}

function factGuard(guard: FactGuard, left: Reading, right: Reading): Difference | undefined {
  switch (guard) {
    case 'negation':
      return left.negations.length === right.negations.length
        ? undefined
        : differ(guard, left.negations, right.negations);
    case 'polarity':
      return polarity(left.poles, right.poles);
    case 'date':
      return sets(guard, left.facts.date, right.facts.date, isSameDate);
    default:
      return sets(guard, left.facts[guard], right.facts[guard], (a, b) => a === b);
  }
}

function sets(
  guard: FactKind,
  left: readonly string[],
  right: readonly string[],
  isSame: (a: string, b: string) => boolean,
): Difference | undefined {
  const isMatched = (one: string, others: readonly string[]) => others.some((other) => isSame(one, other));
  const leftOnly = left.filter((fact) => !isMatched(fact, right));
  const rightOnly = right.filter((fact) => !isMatched(fact, left));
  return leftOnly.length + rightOnly.length === 0 ? undefined : differ(guard, leftOnly, rightOnly);
}

/** A pair of opposites differs when each side names only the other's pole. */
function polarity(left: readonly string[], right: readonly string[]): Difference | undefined {
  const pairs = new Set(left.map(pairOf));
  for (const pair of pairs) {
    const [a, b] = [left, right].map((poles) => poles.filter((pole) => pairOf(pole) === pair)) as [
      string[],
      string[],
    ];
    if (b.length > 0 && !a.some((pole) => b.includes(pole))) return differ('polarity', a, b);
  }
  return undefined;
}

function pairOf(pole: string): string {
  return pole.slice(0, -2);
}

function compareWords(left: Reading, right: Reading): Difference | undefined {
  if (!mayBeSameType(left.question, right.question, left.isKorean || right.isKorean))
    return differ('question-type', [left.question], [right.question]);
  const scopes = compareScopes(left, right);
  if (scopes) return scopes;
  const swap = findSwap(left, right);
  return swap && differ('direction', [swap.left], [swap.right]);
}

function compareScopes(left: Reading, right: Reading): Difference | undefined {
  if (left.pointsOutside || right.pointsOutside)
    return differ('scope', ['points outside'], ['points outside']);
  const isOnly = ({ scopes }: Reading) => scopes.includes('only');
  const conflict = isOnly(left) !== isOnly(right) || isPartial(left, right) || isPartial(right, left);
  if (conflict) return differ('scope', left.scopes, right.scopes);
  const asksWhether = left.question === 'yes-no' && right.question === 'yes-no';
  if (asksWhether && left.modality !== right.modality)
    return differ('scope', [left.modality], [right.modality]);
  return undefined;
}

function isPartial(one: Reading, other: Reading): boolean {
  return one.scopes.includes('all') && other.scopes.includes('some') && !other.scopes.includes('all');
}

function compareContent(left: Reading, right: Reading): GuardVerdict {
  const { likeness, leftOnly, rightOnly } = align(left, right);
  const names = [leftOnly, rightOnly].map((terms) =>
    terms.filter(({ isName }) => isName).map(({ key }) => key),
  );
  if (names.flat().length > 0) return differ('name', names[0]!, names[1]!);
  const isSubstituted = [leftOnly, rightOnly].every((terms) => terms.some(({ weight }) => weight === 1));
  if (isSubstituted) return differ('content', keys(leftOnly), keys(rightOnly));
  return { kind: 'agree', likeness };
}

function keys(terms: Reading['terms']): string[] {
  return terms.map(({ key }) => key);
}

function differ(guard: GuardName, left: readonly string[], right: readonly string[]): Difference {
  return { kind: 'differ', guard, left: left.join(', '), right: right.join(', ') };
}
