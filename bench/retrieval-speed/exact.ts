import usearch from 'usearch';
import { DIMENSIONS, type Question, vectorOf } from './corpus.js';

const BLOCK_ROWS = 5_000;

/** The chunks nearest to each question, from the vectors as they were before any rounding. */
export function exactNearest(asked: readonly Question[], chunks: number, count: number): number[][] {
  const best = asked.map((): { chunk: number; distance: number }[] => []);
  const block = new Float32Array(BLOCK_ROWS * DIMENSIONS);
  for (let first = 0; first < chunks; first += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, chunks - first);
    for (let row = 0; row < rows; row++) block.set(vectorOf(first + row), row * DIMENSIONS);
    asked.forEach(({ vector }, at) => {
      const found = usearch.exactSearch(
        block.subarray(0, rows * DIMENSIONS),
        vector,
        DIMENSIONS,
        count,
        usearch.MetricKind.IP,
        1,
      );
      found.keys.forEach((key, rank) => {
        best[at]?.push({ chunk: first + Number(key), distance: found.distances[rank] as number });
      });
      best[at] = best[at]?.sort((a, b) => a.distance - b.distance).slice(0, count) ?? [];
    });
  }
  return best.map((each) => each.map(({ chunk }) => chunk));
}
