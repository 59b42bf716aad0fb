import { contentHash, NaraeError } from '../../../core/index.js';
import type { SqlDatabase, SqlValue } from '../../../sql/index.js';
import type {
  DocumentInfo,
  DocumentInput,
  DocumentOrigin,
  FilterValue,
  KnownDocument,
  Language,
} from '../../spec.js';
import type { CollectionRow } from './collections.js';

/** A document's row number, by which chunks refer to it, with its description. */
export interface DocumentRow {
  readonly row: number;
  readonly info: DocumentInfo;
}

interface StoredDocument {
  row: number;
  id: string;
  source: string;
  title: string;
  media_type: string;
  language: string;
  origin: string;
  bytes: number;
  chunks: number;
  content_hash: string;
  metadata: string;
  updated_at_ms: number;
}

function toRow(stored: StoredDocument): DocumentRow {
  return {
    row: stored.row,
    info: {
      id: stored.id,
      source: stored.source,
      title: stored.title,
      mediaType: stored.media_type,
      language: stored.language as Language,
      origin: stored.origin as DocumentOrigin,
      bytes: stored.bytes,
      chunks: stored.chunks,
      contentHash: stored.content_hash,
      metadata: JSON.parse(stored.metadata) as Record<string, FilterValue>,
      updatedAtMs: stored.updated_at_ms,
    },
  };
}

/** A document's public id: the same for the same source in the same collection, also after being indexed anew. */
export function documentId(tenant: string, collection: string, source: string): string {
  return `doc_${contentHash(JSON.stringify([tenant, collection, source])).slice(0, 20)}`;
}

export function findDocument(
  db: SqlDatabase,
  collection: CollectionRow,
  by: { source: string } | { id: string },
): DocumentRow | undefined {
  const [column, value] = 'source' in by ? ['source', by.source] : ['id', by.id];
  const stored = db.first<StoredDocument>(
    `SELECT * FROM documents WHERE collection_id = ? AND tenant = ? AND ${column} = ?`,
    [collection.id, collection.tenant, value],
  );
  return stored && toRow(stored);
}

/** Throws `document_not_found`. */
export function requireDocument(db: SqlDatabase, collection: CollectionRow, id: string): DocumentRow {
  const found = findDocument(db, collection, { id });
  if (!found)
    throw new NaraeError('document_not_found', { values: { document: id, collection: collection.name } });
  return found;
}

/** Documents in the order of their sources, from the one after `afterSource` on. */
export function documentsAfter(
  db: SqlDatabase,
  collection: CollectionRow,
  options: { afterSource: string; sourcePrefix: string; limit: number },
): DocumentInfo[] {
  const { afterSource, sourcePrefix, limit } = options;
  return db
    .all<StoredDocument>(
      `SELECT * FROM documents
       WHERE collection_id = ? AND tenant = ? AND source > ? AND source >= ? AND substr(source, 1, length(?)) = ?
       ORDER BY source LIMIT ?`,
      [collection.id, collection.tenant, afterSource, sourcePrefix, sourcePrefix, sourcePrefix, limit],
    )
    .map((stored) => toRow(stored).info);
}

export function knownSources(
  db: SqlDatabase,
  collection: CollectionRow,
  origin: DocumentOrigin,
): Map<string, KnownDocument> {
  const rows = db.all<{ source: string; id: string; content_hash: string; chunks: number }>(
    'SELECT source, id, content_hash, chunks FROM documents WHERE collection_id = ? AND tenant = ? AND origin = ?',
    [collection.id, collection.tenant, origin],
  );
  return new Map(
    rows.map(({ source, id, content_hash, chunks }) => [source, { id, contentHash: content_hash, chunks }]),
  );
}

export function readDocumentText(db: SqlDatabase, document: DocumentRow): string {
  const row = db.first<{ text: string }>('SELECT text FROM document_texts WHERE document_row = ?', [
    document.row,
  ]);
  return row?.text ?? '';
}

/** Within a write transaction: inserts the document, or overwrites the row that `existing` names. Gives its row number. */
export function writeDocument(
  db: SqlDatabase,
  collection: CollectionRow,
  write: { document: DocumentInput; chunks: number; existing: number | undefined; nowMs: number },
): number {
  const { document, chunks, nowMs } = write;
  const values: SqlValue[] = [
    document.title,
    document.mediaType,
    document.language,
    document.origin,
    document.bytes,
    chunks,
    document.contentHash,
    JSON.stringify(document.metadata),
    nowMs,
  ];
  const row = write.existing ?? insertDocument(db, collection, document.source);
  db.run(
    `UPDATE documents SET title = ?, media_type = ?, language = ?, origin = ?, bytes = ?, chunks = ?,
       content_hash = ?, metadata = ?, updated_at_ms = ? WHERE row = ?`,
    [...values, row],
  );
  db.run(
    `INSERT INTO document_texts (document_row, tenant, text) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET text = excluded.text`,
    [row, collection.tenant, document.text],
  );
  return row;
}

function insertDocument(db: SqlDatabase, collection: CollectionRow, source: string): number {
  const { id, tenant, name } = collection;
  const inserted = db.first<{ row: number }>(
    `INSERT INTO documents (tenant, collection_id, id, source, title, media_type, language, origin, bytes, chunks,
       content_hash, metadata, updated_at_ms) VALUES (?, ?, ?, ?, '', '', '', '', 0, 0, '', '{}', 0) RETURNING row`,
    [tenant, id, documentId(tenant, name, source), source],
  );
  return (inserted as { row: number }).row;
}

/** Within a write transaction. The chunks are the caller's. */
export function deleteDocumentRow(db: SqlDatabase, row: number): void {
  db.run('DELETE FROM document_texts WHERE document_row = ?', [row]);
  db.run('DELETE FROM documents WHERE row = ?', [row]);
}
