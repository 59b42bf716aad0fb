/**
 * Quantiles of the last `size` values: exact, in bounded memory. The sorted copy is renewed at most once for each
 * sixteenth of the window, so that reading costs an index and adding an assignment.
 */
export class QuantileWindow {
  readonly #values: Float64Array;
  readonly #renewAfter: number;
  #added = 0;
  #sorted: Float64Array | undefined;
  #sortedAt = 0;

  constructor(size = 256) {
    this.#values = new Float64Array(size);
    this.#renewAfter = Math.max(1, size >> 4);
  }

  /** Values in the window. */
  get count(): number {
    return Math.min(this.#added, this.#values.length);
  }

  add(value: number): void {
    this.#values[this.#added++ % this.#values.length] = value;
  }

  /** The smallest value that at least the share `q` (0–1) of the window does not exceed; undefined when empty. */
  quantile(q: number): number | undefined {
    if (this.#added === 0) return undefined;
    const sorted = this.#sortedValues();
    return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
  }

  #sortedValues(): Float64Array {
    const isFresh = this.#sorted?.length === this.count && this.#added - this.#sortedAt < this.#renewAfter;
    if (isFresh && this.#sorted !== undefined) return this.#sorted;
    this.#sortedAt = this.#added;
    this.#sorted = this.#values.slice(0, this.count).sort();
    return this.#sorted;
  }
}
