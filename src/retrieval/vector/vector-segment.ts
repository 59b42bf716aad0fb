import usearch from 'usearch';
import { type Bitmap, hasBit } from '../keyword/bitmap.js';
import { VectorGraph } from './graph.js';
import { halfTable } from './half.js';
import { quantiseQuery, VectorFile } from './vector-file.js';

/** A segment whose 8-bit rows take more than this gets a graph: 65,000 rows of 384 dimensions, scanned in 1.3 ms. */
export const FLAT_LIMIT_BYTES = 25_000_000;

/** With a graph: conditions that leave at most this many rows are scanned exactly. */
const SCAN_LIMIT_ROWS = 20_000;

/** Rows that may be passed over by asking for that many more; beyond it the accepted rows are gathered first. */
const SKIP_LIMIT_ROWS = 1_000;

/** Most rows asked of a graph for one query. */
const GRAPH_LIMIT_ROWS = 4_000;

export interface VectorSegmentOptions {
  readonly vectorsPath: string;
  /** Absent for a flat segment. */
  readonly graphPath?: string | undefined;
  /** Candidates that the graph looks at; more finds more and takes longer. */
  readonly expansionSearch: number;
}

/** Which rows may be found: all when there is no bitmap. */
export interface Accepted {
  readonly bitmap: Bitmap;
  readonly count: number;
}

/** The vectors of one segment and one embedder. */
export class VectorSegment {
  readonly rows: number;
  readonly dimensions: number;
  readonly #file: VectorFile;
  readonly #graph: VectorGraph | undefined;
  #flat: Int8Array | undefined;

  constructor(options: VectorSegmentOptions) {
    this.#file = VectorFile.open(options.vectorsPath);
    this.rows = this.#file.rows;
    this.dimensions = this.#file.dimensions;
    try {
      this.#graph =
        options.graphPath === undefined
          ? undefined
          : new VectorGraph(options.graphPath, this.dimensions, options.expansionSearch);
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /** For each query, rows that are likely the nearest; at least `count` where there are so many. In no order. */
  candidates(queries: readonly Float32Array[], count: number, accepted?: Accepted): Uint32Array[] {
    const available = accepted?.count ?? this.rows;
    if (available === 0) return queries.map(() => new Uint32Array());
    if (available <= count) return this.#everyAccepted(queries.length, accepted);
    if (this.#graph && available > SCAN_LIMIT_ROWS)
      return queries.map((query) => this.#searchGraph(query, count, accepted));
    return this.#scan(queries, count, accepted);
  }

  /** Cosines of the query with these rows, from their 16-bit values. */
  scores(query: Float32Array, rows: ArrayLike<number>): Float64Array {
    const scores = new Float64Array(rows.length);
    for (let at = 0; at < rows.length; at++)
      scores[at] = dotHalves(query, this.#file.readHalves(rows[at]!, 1));
    return scores;
  }

  /** Gives the file descriptor back. Idempotent. */
  close(): void {
    this.#file.close();
    this.#flat = undefined;
  }

  #everyAccepted(queries: number, accepted: Accepted | undefined): Uint32Array[] {
    const rows = accepted ? acceptedRows(accepted, this.rows) : Uint32Array.from({ length: this.rows }, (_, row) => row);
    return Array.from({ length: queries }, () => rows);
  }

  #searchGraph(query: Float32Array, count: number, accepted: Accepted | undefined): Uint32Array {
    const graph = this.#graph as VectorGraph;
    if (!accepted) return graph.search(query, count);
    const share = accepted.count / this.rows;
    const wanted = Math.min(GRAPH_LIMIT_ROWS, Math.ceil((count * 1.2) / share) + 16);
    const found = graph.search(query, wanted).filter((row) => hasBit(accepted.bitmap, row));
    return found.length >= count ? found : (this.#scan([query], count, accepted)[0] as Uint32Array);
  }

  #scan(queries: readonly Float32Array[], count: number, accepted: Accepted | undefined): Uint32Array[] {
    const skipped = accepted ? this.rows - accepted.count : 0;
    if (!this.#graph && skipped <= SKIP_LIMIT_ROWS) {
      const found = nearest(this.#flatRows(), queries, this.dimensions, count + skipped);
      return accepted ? found.map((rows) => rows.filter((row) => hasBit(accepted.bitmap, row))) : found;
    }
    const rows = acceptedRows(accepted as Accepted, this.rows);
    const matrix = this.#gather(rows);
    return nearest(matrix, queries, this.dimensions, count).map((found) => found.map((at) => rows[at]!));
  }

  /** The 8-bit rows in one piece; neighbours are copied together. */
  #gather(rows: Uint32Array): Int8Array {
    const matrix = new Int8Array(rows.length * this.dimensions);
    for (let at = 0; at < rows.length; ) {
      let end = at + 1;
      while (end < rows.length && rows[end] === rows[end - 1]! + 1) end++;
      this.#copyBytes(rows[at]!, matrix.subarray(at * this.dimensions, end * this.dimensions));
      at = end;
    }
    return matrix;
  }

  #copyBytes(row: number, target: Int8Array): void {
    if (this.#graph) this.#file.readBytes(row, target);
    else {
      const start = row * this.dimensions;
      target.set(this.#flatRows().subarray(start, start + target.length));
    }
  }

  #flatRows(): Int8Array {
    if (!this.#flat) {
      this.#flat = new Int8Array(this.rows * this.dimensions);
      this.#file.readBytes(0, this.#flat);
    }
    return this.#flat;
  }
}

function acceptedRows(accepted: Accepted, rows: number): Uint32Array {
  const found = new Uint32Array(accepted.count);
  let at = 0;
  for (let row = 0; row < rows; row++) if (hasBit(accepted.bitmap, row)) found[at++] = row;
  return found;
}

function nearest(
  matrix: Int8Array,
  queries: readonly Float32Array[],
  dimensions: number,
  count: number,
): Uint32Array[] {
  const limit = Math.min(count, matrix.length / dimensions);
  return queries.map((query) => {
    const { keys } = usearch.exactSearch(
      matrix,
      quantiseQuery(query),
      dimensions,
      limit,
      usearch.MetricKind.IP,
      1,
    );
    return Uint32Array.from(keys, Number);
  });
}

function dotHalves(query: Float32Array, halves: Uint16Array): number {
  const table = halfTable();
  let sum = 0;
  for (let at = 0; at < query.length; at++) sum += query[at]! * table[halves[at]!]!;
  return sum;
}
