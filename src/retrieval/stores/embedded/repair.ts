import type { SqlDatabase } from '../../../sql/index.js';
import { type ChunkRun, runsOf } from './chunk-runs.js';
import { type CollectionRow, raiseLayout } from './collections.js';
import { storedDimensions } from './merge.js';
import { registerFiles } from './optimise.js';
import { textsOfRuns, vectorsOfRuns } from './row-contents.js';
import { SegmentFileWriter } from './segment-files.js';
import { deleteFiles, indexFolder, readRuns, readSegments, type SegmentFileKind } from './segments.js';

/**
 * Rebuilds a damaged or missing file of a segment from the database. A graph is only taken out of use: the segment is
 * scanned until the next `optimise` builds it again. False, with nothing done, when the segment was merged away meanwhile.
 */
export function repairSegment(
  db: SqlDatabase,
  dataDir: string,
  collection: CollectionRow,
  damage: { segment: number; kind: SegmentFileKind; embedder: number },
): boolean {
  const segment = readSegments(db, collection.id).find((row) => row.id === damage.segment);
  if (!segment) return false;
  const old = segment.files.filter((file) => file.embedder === damage.embedder && file.kind === damage.kind);
  const folder = indexFolder(dataDir, collection.id);
  const files = new SegmentFileWriter(folder);
  const runs = runsOf(readRuns(db, segment.id));
  if (damage.kind === 'keyword') files.writeKeyword(textsOfRuns(db, runs));
  if (damage.kind === 'vectors') rebuildVectors(db, files, collection, damage.embedder, runs);
  if (files.files.length === 0) dropFile(db, collection, damage);
  else if (!registerFiles(db, collection, segment.id, files)) {
    files.discard();
    return false;
  }
  deleteFiles(folder, old);
  return true;
}

function rebuildVectors(
  db: SqlDatabase,
  files: SegmentFileWriter,
  collection: CollectionRow,
  embedder: number,
  runs: readonly ChunkRun[],
): void {
  const dimensions = storedDimensions(db, collection.id, embedder);
  if (dimensions === undefined) return;
  files.writeVectors(embedder, dimensions, vectorsOfRuns(db, collection.id, embedder, runs));
}

function dropFile(
  db: SqlDatabase,
  collection: CollectionRow,
  damage: { segment: number; kind: SegmentFileKind; embedder: number },
): void {
  db.write(() => {
    db.run('DELETE FROM segment_files WHERE segment_id = ? AND kind = ? AND embedder_id = ?', [
      damage.segment,
      damage.kind,
      damage.embedder,
    ]);
    raiseLayout(db, collection.id);
  });
}
