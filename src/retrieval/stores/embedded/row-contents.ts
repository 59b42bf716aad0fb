import type { SqlDatabase } from '../../../sql/index.js';
import type { ChunkRun } from './chunk-runs.js';
import { searchableText } from './chunks.js';
import { vectorsOfChunks } from './vectors.js';

/** Vectors and texts are read from the database in runs of at most this many chunks. */
const READ_ROWS = 1_000;

/** The stored vector of each row, as halves. */
export function* vectorsOfRuns(
  db: SqlDatabase,
  collection: number,
  embedder: number,
  runs: readonly ChunkRun[],
): Generator<Uint8Array | undefined> {
  for (const { firstChunk, count } of piecesOf(runs)) {
    const vectors = vectorsOfChunks(db, collection, embedder, firstChunk, count);
    for (let at = 0; at < count; at++) yield vectors.get(firstChunk + at);
  }
}

/** The searchable text of each row; empty for a chunk that is gone. */
export function* textsOfRuns(db: SqlDatabase, runs: readonly ChunkRun[]): Generator<string> {
  for (const { firstChunk, count } of piecesOf(runs)) {
    const rows = db.all<{ id: number; headings: string; text: string }>(
      'SELECT id, headings, text FROM chunks WHERE id >= ? AND id < ?',
      [firstChunk, firstChunk + count],
    );
    const texts = new Map(
      rows.map((row) => [row.id, searchableText(JSON.parse(row.headings) as string[], row.text)]),
    );
    for (let at = 0; at < count; at++) yield texts.get(firstChunk + at) ?? '';
  }
}

/** Runs of neighbouring chunks, over document borders, in readable sizes. */
function* piecesOf(runs: readonly ChunkRun[]): Generator<{ firstChunk: number; count: number }> {
  let piece = { firstChunk: 0, count: 0 };
  for (const run of runs) {
    for (let at = 0; at < run.count; ) {
      const follows = piece.firstChunk + piece.count === run.firstChunk + at;
      if (piece.count > 0 && (!follows || piece.count === READ_ROWS)) {
        yield piece;
        piece = { firstChunk: 0, count: 0 };
      }
      if (piece.count === 0) piece = { firstChunk: run.firstChunk + at, count: 0 };
      const taken = Math.min(READ_ROWS - piece.count, run.count - at);
      piece.count += taken;
      at += taken;
    }
  }
  if (piece.count > 0) yield piece;
}
