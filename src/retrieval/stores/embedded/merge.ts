import { join } from 'node:path';
import { throwIfAborted } from '../../../core/index.js';
import type { SqlDatabase } from '../../../sql/index.js';
import { appendChunk, type ChunkRun, ChunkRuns, encodeRuns } from './chunk-runs.js';
import { type CollectionRow, raiseLayout } from './collections.js';
import { textsOfRuns, vectorsOfRuns } from './row-contents.js';
import { SegmentFileWriter } from './segment-files.js';
import {
  deadChunks,
  deleteFiles,
  deleteSegments,
  indexFolder,
  insertSegment,
  readRuns,
  readSegments,
  type SegmentRow,
  vectorEmbedders,
} from './segments.js';

/** What one merge is to do, as seen in one snapshot. */
interface MergePlan {
  readonly collection: CollectionRow;
  readonly sources: readonly SegmentRow[];
  /** For each source, each row's place in the new segment, or -1 for a dead one. */
  readonly remaps: readonly Int32Array[];
  readonly runs: readonly ChunkRun[];
  readonly rows: number;
  /** Dead chunks that no segment holds afterwards. */
  readonly dropped: readonly number[];
}

/**
 * Joins segments into one, without their dead rows. The database's vectors are read again; the keyword files are
 * joined as they are, or built from the text when one is damaged. Nothing happens when another process was faster.
 */
export async function mergeSegments(
  db: SqlDatabase,
  dataDir: string,
  collection: CollectionRow,
  segments: readonly number[],
  signal?: AbortSignal,
): Promise<void> {
  const plan = db.read(() => planMerge(db, collection, segments));
  const folder = indexFolder(dataDir, collection.id);
  const files = new SegmentFileWriter(folder);
  try {
    if (plan.rows > 0) {
      writeMergedKeyword(db, files, folder, plan);
      await writeMergedVectors(db, files, plan, signal);
    }
    throwIfAborted(signal);
    if (!register(db, plan, files)) files.discard();
    else for (const source of plan.sources) deleteFiles(folder, source.files);
  } catch (error) {
    files.discard();
    throw error;
  }
}

function planMerge(db: SqlDatabase, collection: CollectionRow, segments: readonly number[]): MergePlan {
  const wanted = new Set(segments);
  const sources = readSegments(db, collection.id).filter((segment) => wanted.has(segment.id));
  const dead = new Set(deadChunks(db, collection.id));
  const runs: ChunkRun[] = [];
  const dropped: number[] = [];
  let rows = 0;
  const remaps = sources.map((source) => {
    const remap = new Int32Array(source.rows);
    new ChunkRuns(readRuns(db, source.id)).forEachRow((chunk, documentRow, row) => {
      remap[row] = dead.has(chunk) ? -1 : rows++;
      if (remap[row] === -1) dropped.push(chunk);
      else appendChunk(runs, chunk, documentRow);
    });
    return remap;
  });
  return { collection, sources, remaps, runs, rows, dropped };
}

function writeMergedKeyword(
  db: SqlDatabase,
  files: SegmentFileWriter,
  folder: string,
  plan: MergePlan,
): void {
  const parts = plan.sources.map((source, at) => ({
    path: join(folder, source.files.find((file) => file.kind === 'keyword')?.file ?? 'missing'),
    remap: plan.remaps[at] as Int32Array,
  }));
  try {
    files.mergeKeyword(parts);
  } catch (error) {
    if ((error as { code?: string }).code !== 'index_damaged') throw error;
    files.writeKeyword(textsOfRuns(db, plan.runs));
  }
}

async function writeMergedVectors(
  db: SqlDatabase,
  files: SegmentFileWriter,
  plan: MergePlan,
  signal: AbortSignal | undefined,
): Promise<void> {
  const embedders = new Set(plan.sources.flatMap(vectorEmbedders));
  for (const embedder of embedders) {
    const dimensions = storedDimensions(db, plan.collection.id, embedder);
    if (dimensions !== undefined)
      await writeVectorFiles(
        db,
        files,
        { ...plan, collection: plan.collection.id, embedder, dimensions },
        signal,
      );
  }
}

/** Dimensions of the vectors that are stored for an embedder; undefined when there are none. */
export function storedDimensions(db: SqlDatabase, collection: number, embedder: number): number | undefined {
  const row = db.first<{ bytes: number }>(
    'SELECT length(vector) AS bytes FROM vectors WHERE collection_id = ? AND embedder_id = ? LIMIT 1',
    [collection, embedder],
  );
  return row && row.bytes / 2;
}

/** Writes the vectors of all rows from the database, and the graph when there are many. */
export async function writeVectorFiles(
  db: SqlDatabase,
  files: SegmentFileWriter,
  target: { collection: number; embedder: number; dimensions: number; runs: readonly ChunkRun[] },
  signal?: AbortSignal,
): Promise<void> {
  const { collection, embedder, dimensions, runs } = target;
  const { needsGraph } = files.writeVectors(
    embedder,
    dimensions,
    vectorsOfRuns(db, collection, embedder, runs),
  );
  const written = files.files.at(-1);
  if (needsGraph && written) await files.writeGraph(embedder, written.file, signal);
}

/** False when the manifest no longer holds all the sources. Chunks that died meanwhile stay dead in the new segment. */
function register(db: SqlDatabase, plan: MergePlan, files: SegmentFileWriter): boolean {
  const { collection, sources, dropped } = plan;
  return db.write(() => {
    const present = new Set(readSegments(db, collection.id).map((segment) => segment.id));
    if (sources.length === 0 || !sources.every((source) => present.has(source.id))) return false;
    deleteSegments(
      db,
      sources.map((source) => source.id),
    );
    if (plan.rows > 0)
      insertSegment(db, collection, { rows: plan.rows, runs: encodeRuns(plan.runs), files: files.files });
    for (const chunk of dropped)
      db.run('UPDATE dead_chunks SET merged = 1 WHERE collection_id = ? AND chunk_id = ?', [
        collection.id,
        chunk,
      ]);
    raiseLayout(db, collection.id);
    return true;
  });
}
