import type { SqlDatabase } from '../../../sql/index.js';
import type { CollectionRow } from './collections.js';

/** The number under which an embedder's vectors are stored; made on first use, within a write transaction or not. */
export function embedderNumber(db: SqlDatabase, embedder: string): number {
  db.run('INSERT OR IGNORE INTO embedders (name) VALUES (?)', [embedder]);
  return findEmbedderNumber(db, embedder) as number;
}

export function findEmbedderNumber(db: SqlDatabase, embedder: string): number | undefined {
  return db.first<{ id: number }>('SELECT id FROM embedders WHERE name = ?', [embedder])?.id;
}

/** The stored vector of an equal text of this collection, as halves. */
export function findVectorByHash(
  db: SqlDatabase,
  collection: CollectionRow,
  embedder: number,
  hash: string,
): Uint8Array | undefined {
  return db.first<{ vector: Uint8Array }>(
    'SELECT vector FROM vectors WHERE collection_id = ? AND embedder_id = ? AND hash = ? LIMIT 1',
    [collection.id, embedder, hash],
  )?.vector;
}

export function insertVector(
  db: SqlDatabase,
  collection: CollectionRow,
  row: { embedder: number; chunk: number; hash: string; halves: Uint8Array },
): void {
  db.run(
    `INSERT INTO vectors (tenant, collection_id, embedder_id, chunk_id, hash, vector) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (collection_id, embedder_id, chunk_id) DO UPDATE SET hash = excluded.hash, vector = excluded.vector`,
    [collection.tenant, collection.id, row.embedder, row.chunk, row.hash, row.halves],
  );
}

/** Reads a run of vectors, `[first, first + count)`, by chunk. */
export function vectorsOfChunks(
  db: SqlDatabase,
  collection: number,
  embedder: number,
  first: number,
  count: number,
): Map<number, Uint8Array> {
  const rows = db.all<{ chunk_id: number; vector: Uint8Array }>(
    `SELECT chunk_id, vector FROM vectors
     WHERE collection_id = ? AND embedder_id = ? AND chunk_id >= ? AND chunk_id < ?`,
    [collection, embedder, first, first + count],
  );
  return new Map(rows.map((row) => [row.chunk_id, row.vector]));
}
