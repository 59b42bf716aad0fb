import { type Atom, Cut } from './atoms.js';
import type { Group } from './grouping.js';
import type { Ruler } from './ruler.js';

/** Atoms [from, to) of one chunk; those before `own` are repeated from the chunk before. */
export interface Piece {
  readonly from: number;
  readonly own: number;
  readonly to: number;
}

export interface PackLimits {
  readonly budget: number;
  readonly minTokens: number;
  readonly overlapTokens: number;
}

/**
 * Cuts a group into pieces within the budget.
 *
 *   0          budget/2            budget
 *   |-----------|····s····B··s···B··|        B block, s sentence
 *                         ▲ strongest cut in the window; among equals the one whose following text
 *                           hashes highest, so that an edit moves only the cuts near it
 */
export function packGroup(
  text: string,
  atoms: readonly Atom[],
  ruler: Ruler,
  group: Group,
  limits: PackLimits,
): Piece[] {
  return new Packing(text, atoms, ruler, limits).pack(group);
}

const HASHED_CHARS = 40;

class Packing {
  readonly #text: string;
  readonly #atoms: readonly Atom[];
  readonly #ruler: Ruler;
  readonly #limits: PackLimits;

  constructor(text: string, atoms: readonly Atom[], ruler: Ruler, limits: PackLimits) {
    this.#text = text;
    this.#atoms = atoms;
    this.#ruler = ruler;
    this.#limits = limits;
  }

  pack(group: Group): Piece[] {
    const pieces: Piece[] = [];
    let own = group.from;
    while (own < group.to) {
      const from = this.#overlapStart(pieces.at(-1), own, group.to);
      const to = this.#chooseEnd(from, own, group.to);
      pieces.push({ from, own, to });
      own = to;
    }
    return pieces;
  }

  /** Where the next piece's overlap begins: whole sentences of the same section, if something new still fits. */
  #overlapStart(before: Piece | undefined, own: number, end: number): number {
    if (!before || this.#cut(own) === Cut.Section) return own;
    const room = this.#limits.budget - this.#ruler.tokens(own, this.#nextCut(own, end));
    const limit = Math.min(this.#limits.overlapTokens, room);
    let start = own;
    for (let index = own - 1; index > before.own; index--) {
      if (this.#ruler.tokens(index, own) > limit) break;
      if (this.#cut(index) !== Cut.Never && this.#cut(index) !== Cut.AfterHeading) start = index;
      if (this.#cut(index) === Cut.Section) break;
    }
    return start;
  }

  #chooseEnd(from: number, own: number, end: number): number {
    const left = this.#ruler.tokens(from, end);
    const { budget, minTokens } = this.#limits;
    if (left <= budget) return end;
    const upper = Math.max(Math.min(budget, left - minTokens), budget >> 1);
    return this.#bestCut(from, own, end, upper) ?? this.#nextCut(own, end);
  }

  #bestCut(from: number, own: number, end: number, upper: number): number | undefined {
    let best: { index: number; score: number } | undefined;
    for (let index = own + 1; index < end; index++) {
      const tokens = this.#ruler.tokens(from, index);
      if (tokens > upper) break;
      if (this.#cut(index) === Cut.Never) continue;
      const score = this.#score(index, tokens >= upper >> 1);
      if (!best || score >= best.score) best = { index, score };
    }
    return best?.index;
  }

  /** A cut in the window beats any before it; then strength decides, then the hash, a fraction below 1. */
  #score(index: number, inWindow: boolean): number {
    const cut = this.#cut(index);
    if (!inWindow) return cut === Cut.AfterHeading ? -1 : 0;
    return 1 + cut + this.#hash(index);
  }

  /** Index of the first allowed cut after `own`. */
  #nextCut(own: number, end: number): number {
    let index = own + 1;
    while (index < end && this.#cut(index) === Cut.Never) index++;
    return index;
  }

  #cut(index: number): Cut {
    return this.#atoms[index]?.cut ?? Cut.Section;
  }

  /** FNV-1a of the text after the cut, from 0 up to but not including 1. */
  #hash(index: number): number {
    const start = this.#atoms[index]?.start ?? 0;
    const end = Math.min(start + HASHED_CHARS, this.#text.length);
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ this.#text.charCodeAt(at), 0x01000193);
    return (hash >>> 0) / 2 ** 32;
  }
}
