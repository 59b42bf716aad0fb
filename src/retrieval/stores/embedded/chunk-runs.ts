import { lastNotAbove } from '../../last-not-above.js';
/** Rows of a segment that follow each other: chunks `firstChunk`, `firstChunk + 1` … of one document. */
export interface ChunkRun {
  readonly firstChunk: number;
  readonly documentRow: number;
  readonly count: number;
}

/** Appends a chunk to the runs, lengthening the last one where it fits. */
export function appendChunk(runs: ChunkRun[], chunk: number, documentRow: number): void {
  const last = runs.at(-1);
  if (last && last.documentRow === documentRow && last.firstChunk + last.count === chunk)
    runs[runs.length - 1] = { ...last, count: last.count + 1 };
  else runs.push({ firstChunk: chunk, documentRow, count: 1 });
}

/** 12 bytes a run: three u32. Chunk ids and document rows stay below 2^32 (`allocateChunkIds` sees to it). */
export function encodeRuns(runs: readonly ChunkRun[]): Uint8Array {
  const words = new Uint32Array(runs.length * 3);
  runs.forEach((run, at) => {
    words.set([run.firstChunk, run.documentRow, run.count], at * 3);
  });
  return new Uint8Array(words.buffer);
}

export function runsOf(encoded: Uint8Array): ChunkRun[] {
  const words = new Uint32Array(new Uint8Array(encoded).buffer);
  return Array.from({ length: words.length / 3 }, (_, run) => ({
    firstChunk: words[run * 3]!,
    documentRow: words[run * 3 + 1]!,
    count: words[run * 3 + 2]!,
  }));
}

/**
 * Which chunk stands in which row of a segment, as stored in the manifest: a segment's files hold row numbers only.
 *
 *   row       0   1   2 | 3   4 | 5 …
 *   chunk    17  18  19 | 40 41 | 20 …      runs ascend within a commit, not across merged commits
 */
export class ChunkRuns {
  readonly rows: number;
  readonly #words: Uint32Array;
  /** First row of each run. */
  readonly #starts: Uint32Array;
  /** Runs in the order of their chunks. */
  readonly #byChunk: Uint32Array;

  constructor(encoded: Uint8Array) {
    this.#words = new Uint32Array(new Uint8Array(encoded).buffer);
    const runs = this.#words.length / 3;
    this.#starts = new Uint32Array(runs);
    let rows = 0;
    for (let run = 0; run < runs; run++) {
      this.#starts[run] = rows;
      rows += this.#count(run);
    }
    this.rows = rows;
    this.#byChunk = Uint32Array.from({ length: runs }, (_, run) => run).sort(
      (a, b) => this.#firstChunk(a) - this.#firstChunk(b),
    );
  }

  chunkAt(row: number): number {
    const run = lastNotAbove(this.#starts, row);
    return this.#firstChunk(run) + row - this.#starts[run]!;
  }

  /** The chunk's row, or -1 when it is not in this segment. */
  rowOf(chunk: number): number {
    let low = 0;
    let high = this.#byChunk.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#firstChunk(this.#byChunk[middle]!) <= chunk) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return -1;
    const run = this.#byChunk[low - 1]!;
    const offset = chunk - this.#firstChunk(run);
    return offset < this.#count(run) ? this.#starts[run]! + offset : -1;
  }

  /** Calls `visit` for each run with its document and its rows [start, end). */
  forEachRun(visit: (documentRow: number, start: number, end: number) => void): void {
    for (let run = 0; run < this.#starts.length; run++) {
      const start = this.#starts[run]!;
      visit(this.#words[run * 3 + 1]!, start, start + this.#count(run));
    }
  }

  /** Calls `visit` for each row in order. */
  forEachRow(visit: (chunk: number, documentRow: number, row: number) => void): void {
    for (let run = 0; run < this.#starts.length; run++) {
      const start = this.#starts[run]!;
      for (let at = 0; at < this.#count(run); at++)
        visit(this.#firstChunk(run) + at, this.#words[run * 3 + 1]!, start + at);
    }
  }

  #firstChunk(run: number): number {
    return this.#words[run * 3]!;
  }

  #count(run: number): number {
    return this.#words[run * 3 + 2]!;
  }
}
