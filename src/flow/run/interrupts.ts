const NO_ANSWERS: readonly unknown[] = [];
const NOTHING_OPEN: ReadonlyMap<number, unknown> = new Map();

/** The interrupts of a run, by node: those that are open, and the answers to earlier ones. */
export class Interrupts {
  #open: Map<number, unknown> | undefined;
  #answers: Map<number, readonly unknown[]> | undefined;

  /** What suspended nodes wait for. */
  get open(): ReadonlyMap<number, unknown> {
    return this.#open ?? NOTHING_OPEN;
  }

  /** A node's first question counts; it is suspended before it could hear an answer. */
  ask(node: number, value: unknown): void {
    this.#open ??= new Map();
    if (!this.#open.has(node)) this.#open.set(node, value);
  }

  answersOf(node: number): readonly unknown[] {
    return this.#answers?.get(node) ?? NO_ANSWERS;
  }

  restore(answers: ReadonlyMap<number, readonly unknown[]>): void {
    this.#answers = new Map(answers);
  }

  /** A node that has finished asks anew when it is led to again. */
  forget(node: number): void {
    this.#answers?.delete(node);
  }
}
