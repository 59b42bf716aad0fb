import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { throwIfAborted } from '../../../core/index.js';
import type { SqlDatabase } from '../../../sql/index.js';
import type { CollectionRow } from './collections.js';
import { indexFolder, listFolder, readSegments } from './segments.js';

/** Rows of dead vectors that one transaction deletes. */
const PURGE_ROWS = 500;

/** A file that no manifest names may be a commit in the making; after this long it is not. */
const ORPHAN_AGE_MS = 60 * 60 * 1_000;

/** Takes away vectors of chunks that no segment holds any more. */
export async function purgeDeadVectors(
  db: SqlDatabase,
  collection: CollectionRow,
  signal: AbortSignal | undefined,
): Promise<void> {
  while (db.write(() => purgeSome(db, collection)) === PURGE_ROWS) {
    await new Promise((resolve) => setImmediate(resolve));
    throwIfAborted(signal);
  }
}

function purgeSome(db: SqlDatabase, collection: CollectionRow): number {
  const embedders = db.all<{ id: number }>('SELECT id FROM embedders');
  const dead = db.all<{ chunk_id: number }>(
    'SELECT chunk_id FROM dead_chunks WHERE collection_id = ? AND merged = 1 LIMIT ?',
    [collection.id, PURGE_ROWS],
  );
  for (const { chunk_id } of dead) {
    for (const { id } of embedders)
      db.run('DELETE FROM vectors WHERE collection_id = ? AND embedder_id = ? AND chunk_id = ?', [
        collection.id,
        id,
        chunk_id,
      ]);
    db.run('DELETE FROM dead_chunks WHERE collection_id = ? AND chunk_id = ?', [collection.id, chunk_id]);
  }
  return dead.length;
}

/** Takes away vectors of embedders that are neither in use nor being changed to. */
export async function purgeForeignVectors(
  db: SqlDatabase,
  collection: CollectionRow,
  signal: AbortSignal | undefined,
): Promise<void> {
  const purge = (): number =>
    db.run(
      `DELETE FROM vectors WHERE row IN (
         SELECT v.row FROM embedders e JOIN vectors v ON v.collection_id = ? AND v.embedder_id = e.id
         WHERE e.name NOT IN (SELECT embedder FROM collections WHERE id = ?)
           AND e.name NOT IN (SELECT coalesce(next_embedder, '') FROM collections WHERE id = ?) LIMIT ?)`,
      [collection.id, collection.id, collection.id, PURGE_ROWS],
    );
  while (db.write(purge) === PURGE_ROWS) {
    await new Promise((resolve) => setImmediate(resolve));
    throwIfAborted(signal);
  }
}

/** Files of commits that were killed. */
export function deleteOrphans(db: SqlDatabase, dataDir: string, collection: CollectionRow): void {
  const folder = indexFolder(dataDir, collection.id);
  const named = new Set(
    readSegments(db, collection.id).flatMap((segment) => segment.files.map((file) => file.file)),
  );
  for (const file of listFolder(folder)) {
    const path = join(folder, file);
    if (!named.has(file) && ageMs(path) > ORPHAN_AGE_MS) rmSync(path, { force: true });
  }
}

function ageMs(path: string): number {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}
