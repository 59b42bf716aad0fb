import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../../../core/index.js';
import type { SqlDatabase } from '../../../sql/index.js';
import type { CollectionRow } from './collections.js';

export type SegmentFileKind = 'keyword' | 'vectors' | 'graph';

export interface SegmentFile {
  readonly kind: SegmentFileKind;
  /** Number of the embedder; 0 for the keyword file. */
  readonly embedder: number;
  /** Name within the collection's index folder. Never used twice. */
  readonly file: string;
  readonly bytes: number;
  /** CRC-32 of the whole file. */
  readonly checksum: number;
}

/** A segment in the manifest. It never changes; only its files may be replaced by rebuilt ones. */
export interface SegmentRow {
  readonly id: number;
  readonly rows: number;
  readonly files: readonly SegmentFile[];
}

/** Numbers of the embedders whose vectors the segment has, ascending. Where it has any, it has them for every row. */
export function vectorEmbedders(segment: SegmentRow): number[] {
  const files = segment.files.filter((file) => file.kind === 'vectors');
  return files.map((file) => file.embedder).sort((a, b) => a - b);
}

/** Holds one folder a collection, named by its number. */
export function indexRoot(dataDir: string): string {
  return join(dataDir, 'index');
}

export function indexFolder(dataDir: string, collection: number): string {
  return join(indexRoot(dataDir), String(collection));
}

/** Names in a folder; none when it does not exist. */
export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A file name that no other process will choose. */
export function newFileName(kind: SegmentFileKind): string {
  return `${newId('seg')}.${kind}`;
}

/** The manifest of a collection, oldest segment first. Read it in one snapshot with what it is used with. */
export function readSegments(db: SqlDatabase, collection: number): SegmentRow[] {
  const files = readFiles(db, collection);
  return db
    .all<{ id: number; rows: number }>('SELECT id, rows FROM segments WHERE collection_id = ? ORDER BY id', [
      collection,
    ])
    .map(({ id, rows }) => ({ id, rows, files: files.get(id) ?? [] }));
}

/** Which chunks stand in a segment's rows, for `ChunkRuns`; apart from the manifest because it may be megabytes. */
export function readRuns(db: SqlDatabase, segment: number): Uint8Array {
  const row = db.first<{ chunk_runs: Uint8Array }>('SELECT chunk_runs FROM segments WHERE id = ?', [segment]);
  return row?.chunk_runs ?? new Uint8Array();
}

function readFiles(db: SqlDatabase, collection: number): Map<number, SegmentFile[]> {
  const rows = db.all<SegmentFile & { segment_id: number; embedder_id: number }>(
    `SELECT f.* FROM segments s JOIN segment_files f ON f.segment_id = s.id WHERE s.collection_id = ?`,
    [collection],
  );
  const bySegment = new Map<number, SegmentFile[]>();
  for (const { segment_id, embedder_id, kind, file, bytes, checksum } of rows) {
    const entry = { kind, embedder: embedder_id, file, bytes, checksum };
    bySegment.set(segment_id, [...(bySegment.get(segment_id) ?? []), entry]);
  }
  return bySegment;
}

/** Within a write transaction. The files must be on the disk already. */
export function insertSegment(
  db: SqlDatabase,
  collection: CollectionRow,
  segment: { rows: number; runs: Uint8Array; files: readonly SegmentFile[] },
): void {
  const inserted = db.first<{ id: number }>(
    'INSERT INTO segments (tenant, collection_id, name, rows, chunk_runs) VALUES (?, ?, ?, ?, ?) RETURNING id',
    [collection.tenant, collection.id, newId('seg'), segment.rows, segment.runs],
  );
  for (const file of segment.files) insertSegmentFile(db, collection, (inserted as { id: number }).id, file);
}

/** Within a write transaction: adds the file or takes the place of the one of its kind. */
export function insertSegmentFile(
  db: SqlDatabase,
  collection: CollectionRow,
  segment: number,
  file: SegmentFile,
): void {
  db.run(
    `INSERT OR REPLACE INTO segment_files (segment_id, tenant, kind, embedder_id, file, bytes, checksum)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [segment, collection.tenant, file.kind, file.embedder, file.file, file.bytes, file.checksum],
  );
}

/** Within a write transaction. The files are deleted after the commit. */
export function deleteSegments(db: SqlDatabase, segments: readonly number[]): void {
  for (const id of segments) {
    db.run('DELETE FROM segment_files WHERE segment_id = ?', [id]);
    db.run('DELETE FROM segments WHERE id = ?', [id]);
  }
}

/** Chunks that are gone but still stand in a segment. */
export function deadChunks(db: SqlDatabase, collection: number): number[] {
  return db
    .all<{ chunk_id: number }>(
      'SELECT chunk_id FROM dead_chunks WHERE collection_id = ? AND merged = 0 ORDER BY chunk_id',
      [collection],
    )
    .map((row) => row.chunk_id);
}

/** Deletes files that the manifest no longer names. Readers that hold them open keep what they opened. */
export function deleteFiles(folder: string, files: readonly Pick<SegmentFile, 'file'>[]): void {
  for (const { file } of files) rmSync(join(folder, file), { force: true });
}
