import { isSameTerm } from './content.js';
import type { Reading, Role, Term } from './reading.js';

/** Roles that exclude each other: who has one on one side must not have the other there. */
const OPPOSED: readonly (readonly [Role, Role])[] = [
  ['from', 'to'],
  ['agent', 'patient'],
];

/** Finds a word whose role is turned around: from X to Y and from Y to X, better than X and X better. */
export function findSwap(left: Reading, right: Reading): { left: string; right: string } | undefined {
  for (const a of left.terms) {
    const b = right.terms.find((term) => isSameTerm(a, term));
    if (b && isOpposed(a, b, left, right)) return { left: named(a), right: named(b) };
  }
  return undefined;
}

function isOpposed(a: Term, b: Term, left: Reading, right: Reading): boolean {
  if (a.role === b.role) return false;
  if (isCompared(left) && isCompared(right) && (a.role === 'than' || b.role === 'than')) return true;
  return OPPOSED.some(([x, y]) => (a.role === x && b.role === y) || (a.role === y && b.role === x));
}

function isCompared({ terms }: Reading): boolean {
  return terms.some(({ role }) => role === 'than');
}

function named({ key, role }: Term): string {
  return role === undefined ? key : `${role} ${key}`;
}
