/**
 * Adds up weights by 32-bit hash: open addressing in typed arrays, because a Map costs most of the time that a text
 * takes. Used again for every text; at most `MAX_FEATURES` are kept, what comes after them is ignored.
 */
export class FeatureCounts {
  readonly #hashes = new Uint32Array(SLOTS);
  readonly #weights = new Float32Array(SLOTS);
  readonly #used = new Uint32Array(MAX_FEATURES);
  #size = 0;

  add(hash: number, weight: number): void {
    let slot = hash & (SLOTS - 1);
    while (this.#weights[slot] !== 0 && this.#hashes[slot] !== hash) slot = (slot + 1) & (SLOTS - 1);
    if (this.#weights[slot] === 0) {
      if (this.#size === MAX_FEATURES) return;
      this.#used[this.#size++] = slot;
      this.#hashes[slot] = hash;
    }
    this.#weights[slot]! += weight;
  }

  /** Hands every feature over once, in order of first appearance, and is empty afterwards. */
  drain(take: (hash: number, weight: number) => void): void {
    for (let at = 0; at < this.#size; at++) {
      const slot = this.#used[at]!;
      take(this.#hashes[slot]!, this.#weights[slot]!);
      this.#weights[slot] = 0;
    }
    this.#size = 0;
  }
}

const SLOTS = 1 << 15;
const MAX_FEATURES = 1 << 14;
