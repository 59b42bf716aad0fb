import { throwIfAborted } from '../../../core/index.js';
import type { SqlDatabase } from '../../../sql/index.js';
import { FLAT_LIMIT_BYTES } from '../../vector/index.js';
import { ChunkRuns } from './chunk-runs.js';
import { type CollectionRow, raiseLayout } from './collections.js';
import { mergeSegments, storedDimensions } from './merge.js';
import { planOptimise, planTidy, type SegmentShape } from './merge-policy.js';
import { deleteOrphans, purgeDeadVectors, purgeForeignVectors } from './purge.js';
import { SegmentFileWriter } from './segment-files.js';
import {
  deadChunks,
  indexFolder,
  insertSegmentFile,
  readRuns,
  readSegments,
  type SegmentRow,
  vectorEmbedders,
} from './segments.js';

/** After a commit: keeps the number of segments bounded while a long run goes on. Usually does nothing. */
export async function tidyCollection(
  db: SqlDatabase,
  dataDir: string,
  collection: CollectionRow,
  signal?: AbortSignal,
): Promise<void> {
  const ids = planTidy(readShapes(db, collection, () => 0));
  if (ids.length > 0) await mergeSegments(db, dataDir, collection, ids, signal);
}

/** After a run: joins segments, builds missing graphs, and takes away what nothing refers to. Safe to interrupt. */
export async function optimiseCollection(
  db: SqlDatabase,
  dataDir: string,
  collection: CollectionRow,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    throwIfAborted(signal);
    const ids = planOptimise(readShapesWithDead(db, collection));
    if (ids.length === 0) break;
    await mergeSegments(db, dataDir, collection, ids, signal);
  }
  await buildMissingGraphs(db, dataDir, collection, signal);
  await purgeDeadVectors(db, collection, signal);
  await purgeForeignVectors(db, collection, signal);
  deleteOrphans(db, dataDir, collection);
}

function readShapes(
  db: SqlDatabase,
  collection: CollectionRow,
  countDead: (segment: number) => number,
): SegmentShape[] {
  return readSegments(db, collection.id).map((segment) => ({
    id: segment.id,
    rows: segment.rows,
    dead: countDead(segment.id),
    embedders: vectorEmbedders(segment).join(' '),
    large: vectorEmbedders(segment).some((embedder) => isLarge(db, collection, segment, embedder)),
  }));
}

function readShapesWithDead(db: SqlDatabase, collection: CollectionRow): SegmentShape[] {
  return db.read(() => {
    const dead = deadChunks(db, collection.id);
    return readShapes(db, collection, (segment) => {
      if (dead.length === 0) return 0;
      const runs = new ChunkRuns(readRuns(db, segment));
      return dead.filter((chunk) => runs.rowOf(chunk) >= 0).length;
    });
  });
}

function isLarge(db: SqlDatabase, collection: CollectionRow, segment: SegmentRow, embedder: number): boolean {
  return segment.rows * (storedDimensions(db, collection.id, embedder) ?? 0) > FLAT_LIMIT_BYTES;
}

/** A graph is missing where it was damaged. */
async function buildMissingGraphs(
  db: SqlDatabase,
  dataDir: string,
  collection: CollectionRow,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const segment of readSegments(db, collection.id)) {
    for (const { embedder, file, kind } of segment.files) {
      if (kind !== 'vectors') continue;
      const has = segment.files.some((other) => other.kind === 'graph' && other.embedder === embedder);
      if (has || !isLarge(db, collection, segment, embedder)) continue;
      const files = new SegmentFileWriter(indexFolder(dataDir, collection.id));
      await files.writeGraph(embedder, file, signal);
      if (!registerFiles(db, collection, segment.id, files)) files.discard();
    }
  }
}

/** Adds files to a segment; false when it is no longer in the manifest. */
export function registerFiles(
  db: SqlDatabase,
  collection: CollectionRow,
  segment: number,
  files: SegmentFileWriter,
): boolean {
  return db.write(() => {
    if (!db.first('SELECT id FROM segments WHERE id = ?', [segment])) return false;
    for (const file of files.files) insertSegmentFile(db, collection, segment, file);
    raiseLayout(db, collection.id);
    return true;
  });
}
