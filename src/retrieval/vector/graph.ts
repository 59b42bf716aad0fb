import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { Index } from 'usearch';
import { throwIfAborted } from '../../core/index.js';
import { halfTable } from './half.js';
import { usearch } from './usearch.js';
import type { VectorFile } from './vector-file.js';

/** Edges a node and candidates while building: recall@10 of 0.99 on 100,000 × 384 (docs/decisions/0003-segments.md). */
const CONNECTIVITY = 16;
const EXPANSION_ADD = 128;

/** Rows added between two looks at the signal. */
const BUILD_BATCH_ROWS = 1_000;

function newGraph(dimensions: number, expansionSearch: number): Index {
  const { Index, MetricKind, ScalarKind } = usearch();
  return new Index({
    dimensions,
    metric: MetricKind.IP,
    quantization: ScalarKind.F16,
    connectivity: CONNECTIVITY,
    expansion_add: EXPANSION_ADD,
    expansion_search: expansionSearch,
    multi: false,
  });
}

/**
 * Builds an HNSW graph over a vector file's rows, numbered from 0, and syncs it to `path`.
 * Uses one core; lets other work run between batches. Rejects with the signal's reason when aborted.
 */
export async function buildGraph(file: VectorFile, path: string, signal?: AbortSignal): Promise<void> {
  const graph = newGraph(file.dimensions, EXPANSION_ADD);
  for (let row = 0; row < file.rows; row += BUILD_BATCH_ROWS) {
    throwIfAborted(signal);
    const count = Math.min(BUILD_BATCH_ROWS, file.rows - row);
    const keys = BigUint64Array.from({ length: count }, (_, at) => BigInt(row + at));
    const halves = new Uint16Array(count * file.dimensions);
    file.readHalves(row, halves);
    graph.add(keys, decode(halves), 1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  graph.save(path);
  syncFile(path);
}

function decode(halves: Uint16Array): Float32Array {
  const table = halfTable();
  const values = new Float32Array(halves.length);
  for (let at = 0; at < halves.length; at++) values[at] = table[halves[at]!]!;
  return values;
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Rows of a segment and their cosines with the query, which are near enough to choose by but not to show. */
export interface Nearest {
  readonly rows: Uint32Array;
  readonly cosines: Float32Array;
}

/** A graph file mapped into memory, read only. Its bytes must be known to be whole: a damaged graph can end the process. */
export class VectorGraph {
  readonly #graph: Index;

  constructor(path: string, dimensions: number, expansionSearch: number) {
    this.#graph = newGraph(dimensions, expansionSearch);
    this.#graph.view(path);
  }

  /** Rows near the query with their cosines, nearest first; at most `count`. */
  search(query: Float32Array, count: number): Nearest {
    const { keys, distances } = this.#graph.search(query, Math.min(count, this.#graph.size()), 1);
    return { rows: Uint32Array.from(keys, Number), cosines: distances.map((distance) => 1 - distance) };
  }
}
