import { NaraeError } from '../../../core/index.js';
import type { SqlDatabase } from '../../../sql/index.js';
import type { ChunkInput, Language } from '../../spec.js';
import type { CollectionRow, CountChanges } from './collections.js';

/** Chunk ids take 32 bits in segments. */
const LAST_CHUNK_ID = 2 ** 32 - 1;

/** A chunk's public id; the number never comes back, so the id never means another text. */
export function chunkPublicId(chunk: number): string {
  return `chk_${chunk.toString(36)}`;
}

/** What keyword search and embedders see of a chunk: its headings give short sections their subject. */
export function searchableText(headings: readonly string[], text: string): string {
  return headings.length === 0 ? text : `${headings.join(' > ')}\n${text}`;
}

/** Reserves `count` ids that follow each other; gives the first. A reserved id that is not used is never given again. */
export function allocateChunkIds(db: SqlDatabase, count: number): number {
  return db.write(() => {
    const row = db.first<{ next_id: number }>('SELECT next_id FROM chunk_sequence LIMIT 1');
    const first = row?.next_id ?? 1;
    if (first + count > LAST_CHUNK_ID)
      throw new NaraeError('ingest_failed', { values: { reason: 'all 2^32 chunk numbers are used' } });
    db.run('UPDATE chunk_sequence SET next_id = ?', [first + count]);
    return first;
  });
}

export interface StoredChunkKey {
  readonly id: number;
  readonly hash: string;
  readonly language: Language;
}

/** A document's chunks in their order. */
export function chunkKeys(db: SqlDatabase, documentRow: number): StoredChunkKey[] {
  return db.all<{ id: number; hash: string; language: Language }>(
    'SELECT id, hash, language FROM chunks WHERE document_row = ? ORDER BY number',
    [documentRow],
  );
}

export function insertChunk(
  db: SqlDatabase,
  collection: CollectionRow,
  row: { id: number; documentRow: number; number: number; chunk: ChunkInput },
): void {
  const { chunk } = row;
  db.run(
    `INSERT INTO chunks (id, tenant, collection_id, document_row, number, start, "end", tokens, language, hash,
       headings, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      row.id,
      collection.tenant,
      collection.id,
      row.documentRow,
      row.number,
      chunk.start,
      chunk.end,
      chunk.tokens,
      chunk.language,
      chunk.hash,
      JSON.stringify(chunk.headings),
      chunk.text,
    ],
  );
}

/** A chunk that stays, at its new place in the changed document. */
export function moveChunk(db: SqlDatabase, id: number, number: number, chunk: ChunkInput): void {
  db.run('UPDATE chunks SET number = ?, start = ?, "end" = ?, tokens = ? WHERE id = ?', [
    number,
    chunk.start,
    chunk.end,
    chunk.tokens,
    id,
  ]);
}

/**
 * Within a write transaction: takes chunks away and marks them dead for the segments that still hold them.
 * Their vectors stay until `optimise`, so that a moved text finds its own again.
 */
export function killChunks(
  db: SqlDatabase,
  collection: CollectionRow,
  chunks: readonly StoredChunkKey[],
  counts: CountChanges,
): void {
  for (const { id, language } of chunks) {
    db.run('DELETE FROM chunks WHERE id = ?', [id]);
    db.run('INSERT OR IGNORE INTO dead_chunks (collection_id, chunk_id, tenant) VALUES (?, ?, ?)', [
      collection.id,
      id,
      collection.tenant,
    ]);
    counts.addChunks(language, -1);
  }
}
