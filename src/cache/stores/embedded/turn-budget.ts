/** Lets so many through in one turn of the event loop; the others wait for the next ones, in order. */
export class TurnBudget {
  readonly #perTurn: number;
  #left: number;
  #waiting: (() => void)[] = [];
  #isTicking = false;

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
    this.#left = perTurn;
  }

  /** Undefined: go on at once. */
  take(): Promise<void> | undefined {
    this.#tick();
    if (this.#left > 0) {
      this.#left--;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #tick(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    setImmediate(() => {
      this.#isTicking = false;
      this.#left = this.#perTurn;
      const going = this.#waiting.splice(0, this.#perTurn);
      this.#left -= going.length;
      if (this.#waiting.length > 0) this.#tick();
      for (const go of going) go();
    });
  }
}
