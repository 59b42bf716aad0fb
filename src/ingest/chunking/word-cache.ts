/** Longer words hardly come again. */
const MAX_WORD_CHARS = 48;
/** Words of one generation; two are kept: some 10 MB at most. */
const GENERATION_WORDS = 50_000;

/** Remembers a number for each of the words used lately. When one generation is full, the one before it is dropped. */
export class WordCache {
  readonly #compute: (word: string) => number;
  #young = new Map<string, number>();
  #old = new Map<string, number>();

  constructor(compute: (word: string) => number) {
    this.#compute = compute;
  }

  get(word: string): number {
    return this.#young.get(word) ?? this.#fromOld(word);
  }

  #fromOld(word: string): number {
    if (word.length > MAX_WORD_CHARS) return this.#compute(word);
    const own = detached(word);
    const value = this.#old.get(own) ?? this.#compute(own);
    if (this.#young.size >= GENERATION_WORDS) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(own, value);
    return value;
  }
}

/** V8 cuts slices of 13 characters and more out of the whole text, which they then keep in memory. */
const COPIED_ANYWAY_CHARS = 12;

function detached(word: string): string {
  return word.length <= COPIED_ANYWAY_CHARS ? word : Buffer.from(word, 'utf16le').toString('utf16le');
}
