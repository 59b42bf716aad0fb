import type { Atom } from './atoms.js';

/** Tokens of any run of atoms, in constant time. */
export class Ruler {
  readonly #sums: Uint32Array;

  constructor(atoms: readonly Atom[]) {
    this.#sums = new Uint32Array(atoms.length + 1);
    for (const [index, atom] of atoms.entries())
      this.#sums[index + 1] = (this.#sums[index] ?? 0) + atom.tokens;
  }

  /** Tokens of atoms [from, to). */
  tokens(from: number, to: number): number {
    return (this.#sums[to] ?? 0) - (this.#sums[from] ?? 0);
  }
}
