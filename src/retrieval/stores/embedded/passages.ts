import type { SqlDatabase } from '../../../sql/index.js';
import type { Language, Passage } from '../../spec.js';
import { chunkPublicId } from './chunks.js';
import type { CollectionRow } from './collections.js';

/** A passage before it has a score. */
export type StoredPassage = Omit<Passage, 'score'>;

interface StoredRow {
  id: number;
  hash: string;
  document_id: string;
  source: string;
  title: string;
  headings: string;
  text: string;
  tokens: number;
  language: Language;
  number: number;
  start: number;
  end: number;
}

/** Reads chunks by id. Chunks of another collection or tenant are not there, whatever their id. */
export function readPassages(
  db: SqlDatabase,
  collection: CollectionRow,
  chunks: readonly number[],
): Map<number, StoredPassage> {
  const rows = db.all<StoredRow>(
    `SELECT c.id, c.hash, c.headings, c.text, c.tokens, c.language, c.number, c.start, c."end",
       d.id AS document_id, d.source, d.title
     FROM chunks c JOIN documents d ON d.row = c.document_row
     WHERE c.id IN (SELECT value FROM json_each(?)) AND c.collection_id = ? AND c.tenant = ?`,
    [JSON.stringify(chunks), collection.id, collection.tenant],
  );
  return new Map(rows.map((row) => [row.id, toPassage(row)]));
}

function toPassage(row: StoredRow): StoredPassage {
  return {
    id: chunkPublicId(row.id),
    hash: row.hash,
    documentId: row.document_id,
    source: row.source,
    title: row.title,
    headings: JSON.parse(row.headings) as string[],
    text: row.text,
    tokens: row.tokens,
    language: row.language,
    position: { chunk: row.number, start: row.start, end: row.end },
  };
}
