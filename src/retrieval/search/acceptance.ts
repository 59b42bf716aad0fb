import { type Bitmap, hasBit, newBitmap, setBit } from '../keyword/index.js';
import type { ChunkRuns } from '../stores/embedded/index.js';
import type { Accepted } from '../vector/index.js';

/** Rows of a segment that are not dead; undefined when all live. */
export function liveRows(runs: ChunkRuns, dead: readonly number[]): Accepted | undefined {
  const deadRows = dead.map((chunk) => runs.rowOf(chunk)).filter((row) => row >= 0);
  if (deadRows.length === 0) return undefined;
  const bitmap = newBitmap(runs.rows).fill(0xff);
  for (const row of deadRows) clearBit(bitmap, row);
  return { bitmap, count: runs.rows - deadRows.length };
}

/** Live rows whose documents are among `documents`. */
export function rowsOfDocuments(
  runs: ChunkRuns,
  documents: ReadonlySet<number>,
  live: Accepted | undefined,
): Accepted {
  const bitmap = newBitmap(runs.rows);
  let count = 0;
  runs.forEachRun((document, start, end) => {
    if (!documents.has(document)) return;
    for (let row = start; row < end; row++) {
      if (live && !hasBit(live.bitmap, row)) continue;
      setBit(bitmap, row);
      count++;
    }
  });
  return { bitmap, count };
}

function clearBit(bitmap: Bitmap, row: number): void {
  bitmap[row >> 3]! &= ~(1 << (row & 7));
}
