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
    moved.find(({ a, b }) => isWay(a, b) || isWay(b, a)) ??
    bothWays(moved, (from, to) => from.role === 'than' && to.role !== 'than') ??
    bothWays(moved, (from, to) => from.role === 'agent' && to.role === 'patient');
  return turned && { left: named(turned.a), right: named(turned.b) };
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

function named({ key, role }: Term): string {
  return role === undefined ? key : `${role} ${key}`;
}
