import { isSameTerm } from './content.js';
import type { Reading, Term } from './reading.js';

/**
 * Finds words whose roles are turned around: from X to Y and from Y to X, better than X and X better, X asks Y and Y
 * asks X. Subject and object must both have changed, because either may become the topic.
 */
export function findSwap(left: Reading, right: Reading): { left: string; right: string } | undefined {
  const moved = left.terms.flatMap((a) => {
    const b = right.terms.find((term) => isSameTerm(a, term));
    return b && a.role !== b.role ? [{ a, b }] : [];
  });
  const turned =
    moved.find(({ a, b }) => isWay(a, b) || isWay(b, a) || isDropped(a, b)) ??
    bothWays(moved, (from, to) => from.role === 'than' && to.role !== 'than') ??
    bothWays(moved, (from, to) => from.role === 'agent' && to.role === 'patient');
  if (turned) return { left: named(turned.a), right: named(turned.b) };
  return isReordered(left, right) ? { left: orderOf(left), right: orderOf(right) } : undefined;
}

interface Moved {
  readonly a: Term;
  readonly b: Term;
}

/** One word has left the role and another has taken it. */
function bothWays(moved: readonly Moved[], hasLeft: (from: Term, to: Term) => boolean): Moved | undefined {
  return moved.some(({ a, b }) => hasLeft(b, a)) ? moved.find(({ a, b }) => hasLeft(a, b)) : undefined;
}

function isWay(from: Term, to: Term): boolean {
  return from.role === 'from' && to.role === 'to';
}

/** What one side does not mean is what the other asks about. */
function isDropped(a: Term, b: Term): boolean {
  return (a.role === 'instead') !== (b.role === 'instead');
}

function named({ key, role }: Term): string {
  return role === undefined ? key : `${role} ${key}`;
}

/** From so many words on a sentence tells who did what to whom by their places; shorter ones are only turned around. */
const LONG_TERMS = 7;
const MAX_STEPS_BACK = 1;

/** Whether two long texts have their words in another order, which is how they say another thing with the same words. */
function isReordered(left: Reading, right: Reading): boolean {
  if (Math.min(left.terms.length, right.terms.length) < LONG_TERMS) return false;
  return Math.max(stepsBack(left, right), stepsBack(right, left)) > MAX_STEPS_BACK;
}

/** How often the next word of one stands before the last one in the other. */
function stepsBack({ terms }: Reading, other: Reading): number {
  const places = terms
    .map((term) => other.terms.findIndex((candidate) => isSameTerm(term, candidate)))
    .filter((place) => place >= 0);
  return places.filter((place, at) => at > 0 && place < places[at - 1]!).length;
}

function orderOf({ terms }: Reading): string {
  return terms.map(({ key }) => key).join(' ');
}
