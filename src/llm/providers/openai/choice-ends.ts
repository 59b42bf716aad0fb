import type { FinishReason } from '../../spec.js';

/**
 * Follows the ends of several answers in one stream. All are over when as many ended as were asked for, or, with a
 * server that gives fewer, when every answer that began has ended and the server said that nothing more follows.
 */
export class ChoiceEnds {
  readonly #asked: number;
  readonly #open = new Set<number>();
  readonly #ended = new Map<number, FinishReason>();

  constructor(asked: number) {
    this.#asked = asked;
  }

  /** Whether there can be an answer with this number; a server's mistake must not grow anything. */
  has(choice: number): boolean {
    return Number.isInteger(choice) && choice >= 0 && choice < this.#asked;
  }

  saw(choice: number): void {
    if (!this.#ended.has(choice)) this.#open.add(choice);
  }

  end(choice: number, reason: FinishReason): void {
    this.#open.delete(choice);
    this.#ended.set(choice, reason);
  }

  /** The first answer's reason once all are over. */
  reason(closed: boolean): FinishReason | undefined {
    const over = this.#ended.size === this.#asked || (closed && this.#open.size === 0);
    return over ? this.#ended.get(0) : undefined;
  }
}
