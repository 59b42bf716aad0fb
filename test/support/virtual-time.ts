import type { Timers } from '../../src/resilience/index.js';

interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time that passes only when a test says so. */
export class VirtualTime implements Timers {
  #nowMs = 0;
  readonly #due = new Set<Due>();

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  /** Timers that are set; 0 when nothing leaked. */
  get pending(): number {
    return this.#due.size;
  }

  after(delayMs: number, run: () => void): () => void {
    const due = { atMs: this.#nowMs + delayMs, run };
    this.#due.add(due);
    return () => this.#due.delete(due);
  }

  /** Lets time pass: everything that falls due runs at its own moment, promises settle in between. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#due.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  /** Lets time pass where nothing is due; for code without promises. */
  skip(ms: number): void {
    this.#nowMs += ms;
  }

  #next(untilMs: number): Due | undefined {
    return [...this.#due].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
