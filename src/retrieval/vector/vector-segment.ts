import { type Bitmap, hasBit } from '../keyword/index.js';
import { type Nearest, VectorGraph } from './graph.js';
import { halfTable } from './half.js';
import { usearch } from './usearch.js';
import { VectorFile } from './vector-file.js';
import { quantiseQuery } from './vector-format.js';

/**
 * A segment whose 8-bit rows take more than this gets a graph: 145,000 rows of 384 dimensions, scanned in 3 ms.
 * Why so late: docs/decisions/0003-segments.md.
 */
export const FLAT_LIMIT_BYTES = 56_000_000;

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

/** Which rows may be found. */
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

  /** The rows that are likely the nearest: `count` of them where there are so many. All rows when none are named. */
  candidates(query: Float32Array, count: number, accepted?: Accepted): Nearest {
    const available = accepted?.count ?? this.rows;
    if (available === 0) return { rows: new Uint32Array(), cosines: new Float32Array() };
    if (this.#graph && available > SCAN_LIMIT_ROWS) return this.#searchGraph(query, count, accepted);
    const skipped = this.rows - available;
    return accepted && (this.#graph || skipped > SKIP_LIMIT_ROWS)
      ? this.#scanAccepted(query, count, accepted)
      : this.#scanFlat(query, count, accepted);
  }

  /** Cosines of the query with these rows, from their 16-bit values. */
  scores(query: Float32Array, rows: ArrayLike<number>): Float64Array {
    const scores = new Float64Array(rows.length);
    const halves = new Uint16Array(this.dimensions);
    for (let at = 0; at < rows.length; at++) {
      this.#file.readHalves(rows[at]!, halves);
      scores[at] = dotHalves(query, halves);
    }
    return scores;
  }

  /** Gives the file descriptor back. Idempotent. */
  close(): void {
    this.#file.close();
    this.#flat = undefined;
  }

  #searchGraph(query: Float32Array, count: number, accepted: Accepted | undefined): Nearest {
    const graph = this.#graph as VectorGraph;
    if (!accepted) return graph.search(query, count);
    const share = accepted.count / this.rows;
    const wanted = Math.min(GRAPH_LIMIT_ROWS, Math.ceil((count * 1.2) / share) + 16);
    const found = onlyAccepted(graph.search(query, wanted), accepted);
    return found.rows.length >= count ? found : this.#scanAccepted(query, count, accepted);
  }

  #scanFlat(query: Float32Array, count: number, accepted: Accepted | undefined): Nearest {
    if (!accepted) return this.#nearest(this.#flatRows(), query, count);
    const skipped = this.rows - accepted.count;
    return onlyAccepted(this.#nearest(this.#flatRows(), query, count + skipped), accepted);
  }

  #scanAccepted(query: Float32Array, count: number, accepted: Accepted): Nearest {
    const rows = acceptedRows(accepted, this.rows);
    const found = this.#nearest(this.#gather(rows), query, count);
    return { rows: found.rows.map((at) => rows[at]!), cosines: found.cosines };
  }

  #nearest(matrix: Int8Array, query: Float32Array, count: number): Nearest {
    const { bytes, scale } = quantiseQuery(query);
    const limit = Math.min(count, matrix.length / this.dimensions);
    const { exactSearch, MetricKind } = usearch();
    const { keys, distances } = exactSearch(matrix, bytes, this.dimensions, limit, MetricKind.IP, 1);
    const unit = scale * this.#file.scale;
    return {
      rows: Uint32Array.from(keys, Number),
      cosines: distances.map((distance) => (1 - distance) / unit),
    };
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
    const start = row * this.dimensions;
    if (this.#graph) this.#file.readBytes(row, target);
    else target.set(this.#flatRows().subarray(start, start + target.length));
  }

  #flatRows(): Int8Array {
    if (!this.#flat) {
      this.#flat = new Int8Array(this.rows * this.dimensions);
      this.#file.readBytes(0, this.#flat);
    }
    return this.#flat;
  }
}

function onlyAccepted(found: Nearest, accepted: Accepted): Nearest {
  const keep = [...found.rows.keys()].filter((at) => hasBit(accepted.bitmap, found.rows[at]!));
  return {
    rows: Uint32Array.from(keep, (at) => found.rows[at]!),
    cosines: Float32Array.from(keep, (at) => found.cosines[at]!),
  };
}

function acceptedRows(accepted: Accepted, rows: number): Uint32Array {
  const found = new Uint32Array(accepted.count);
  let at = 0;
  for (let row = 0; row < rows; row++) if (hasBit(accepted.bitmap, row)) found[at++] = row;
  return found;
}

function dotHalves(query: Float32Array, halves: Uint16Array): number {
  const table = halfTable();
  let sum = 0;
  for (let at = 0; at < query.length; at++) sum += query[at]! * table[halves[at]!]!;
  return sum;
}
