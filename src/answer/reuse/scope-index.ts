import type { KeptQuestion, ReuseCandidate } from './spec.js';
import { VectorBlock } from './vector-block.js';

export interface ScopeEntry {
  readonly scope: ScopeIndex;
  readonly kept: Omit<KeptQuestion, 'vector'>;
  readonly bytes: number;
  /** Where its vector lies; changes when another row goes. */
  row: number;
}

/** The kept questions of one scope: entry n's vector is row n of the block. */
export class ScopeIndex {
  readonly name: string;
  readonly #vectors: VectorBlock;
  readonly #rows: ScopeEntry[] = [];
  /** In order of addition. */
  readonly #byAnswer = new Map<string, ScopeEntry>();

  constructor(name: string, dimensions: number) {
    this.name = name;
    this.#vectors = new VectorBlock(dimensions);
  }

  get dimensions(): number {
    return this.#vectors.dimensions;
  }

  get size(): number {
    return this.#rows.length;
  }

  get(answerId: string): ScopeEntry | undefined {
    return this.#byAnswer.get(answerId);
  }

  oldest(): ScopeEntry | undefined {
    return this.#byAnswer.values().next().value;
  }

  /** The answer id must be new. */
  add({ vector, ...kept }: KeptQuestion): ScopeEntry {
    const row = this.#vectors.push(vector);
    const entry: ScopeEntry = { scope: this, kept, row, bytes: bytesOf(kept) + vector.byteLength };
    this.#rows.push(entry);
    this.#byAnswer.set(kept.answerId, entry);
    return entry;
  }

  remove(entry: ScopeEntry): void {
    const last = this.#rows.pop()!;
    this.#vectors.remove(entry.row);
    if (last !== entry) {
      last.row = entry.row;
      this.#rows[entry.row] = last;
    }
    this.#byAnswer.delete(entry.kept.answerId);
  }

  /** Nearest first. */
  nearest(vector: Float32Array, limit: number): ReuseCandidate[] {
    const similarities = this.#vectors.dots(vector);
    return bestRows(similarities, limit).map((row) => ({
      ...this.#rows[row]!.kept,
      similarity: similarities[row]!,
    }));
  }
}

/** Rows of the largest values, largest first. A short sorted list: `limit` is small and few rows enter it. */
function bestRows(values: Float32Array, limit: number): number[] {
  const best: number[] = [];
  for (let row = 0; row < values.length; row++) {
    if (best.length === limit && values[row]! <= values[best.at(-1)!]!) continue;
    let place = best.length;
    while (place > 0 && values[best[place - 1]!]! < values[row]!) place--;
    best.splice(place, 0, row);
    if (best.length > limit) best.pop();
  }
  return best;
}

/** What an entry's objects and maps take besides its texts. */
const ENTRY_BYTES = 400;

function bytesOf({ question, answerId, evidence }: ScopeEntry['kept']): number {
  const keys = [...evidence.passages, ...(evidence.cited ?? [])];
  const characters = question.length + answerId.length + keys.reduce((sum, key) => sum + key.length + 16, 0);
  return ENTRY_BYTES + 2 * characters;
}
