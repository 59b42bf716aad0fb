import { join } from 'node:path';
import { type DatabaseOptions, openSqlFile, type SqlDatabase } from '../../../sql/index.js';

/**
 * Step n brings format n to n + 1. Steps are only ever added.
 *
 * Every row carries its tenant. `chunk_runs` of a segment lists its rows as (first chunk, document, count);
 * `layout` rises with every change that a reader must see, also where segments are merged or rebuilt and the content,
 * and so `version`, stays. A dead chunk is `merged` once no segment holds it; its vector may then go. `stamp` is random
 * and another with every version: no two contents in the world have the same one, also not those of a folder and its
 * copy that went on by itself.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE collections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    layout INTEGER NOT NULL DEFAULT 0,
    embedder TEXT NOT NULL,
    next_embedder TEXT,
    documents INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    UNIQUE (tenant, name)
  );
  CREATE TABLE collection_languages (
    collection_id INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    language TEXT NOT NULL,
    chunks INTEGER NOT NULL,
    PRIMARY KEY (collection_id, language)
  ) WITHOUT ROWID;
  CREATE TABLE dropped_collections (collection_id INTEGER PRIMARY KEY, tenant TEXT NOT NULL);

  CREATE TABLE documents (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    collection_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    media_type TEXT NOT NULL,
    language TEXT NOT NULL,
    origin TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    metadata TEXT NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    UNIQUE (collection_id, source),
    UNIQUE (collection_id, id)
  );
  CREATE TABLE document_texts (document_row INTEGER PRIMARY KEY, tenant TEXT NOT NULL, text TEXT NOT NULL);

  CREATE TABLE chunks (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    collection_id INTEGER NOT NULL,
    document_row INTEGER NOT NULL,
    number INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    language TEXT NOT NULL,
    hash TEXT NOT NULL,
    headings TEXT NOT NULL,
    text TEXT NOT NULL
  );
  CREATE INDEX chunks_by_document ON chunks (document_row, number);
  CREATE INDEX chunks_by_collection ON chunks (collection_id, id);
  CREATE TABLE chunk_sequence (next_id INTEGER NOT NULL);
  INSERT INTO chunk_sequence VALUES (1);

  CREATE TABLE embedders (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE vectors (
    row INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    collection_id INTEGER NOT NULL,
    embedder_id INTEGER NOT NULL,
    chunk_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    vector BLOB NOT NULL
  );
  CREATE UNIQUE INDEX vectors_by_chunk ON vectors (collection_id, embedder_id, chunk_id);
  CREATE INDEX vectors_by_hash ON vectors (collection_id, embedder_id, hash);

  CREATE TABLE segments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    collection_id INTEGER NOT NULL,
    name TEXT NOT NULL UNIQUE,
    rows INTEGER NOT NULL,
    chunk_runs BLOB NOT NULL
  );
  CREATE INDEX segments_by_collection ON segments (collection_id, id);
  CREATE TABLE segment_files (
    segment_id INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    embedder_id INTEGER NOT NULL,
    file TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (segment_id, kind, embedder_id)
  ) WITHOUT ROWID;
  CREATE TABLE dead_chunks (
    collection_id INTEGER NOT NULL,
    chunk_id INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    merged INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (collection_id, chunk_id)
  ) WITHOUT ROWID;
  `,
  `
  ALTER TABLE collections ADD COLUMN stamp TEXT NOT NULL DEFAULT '';
  UPDATE collections SET stamp = lower(hex(randomblob(16)));
  `,
];

export function databasePath(dataDir: string): string {
  return join(dataDir, 'narae.db');
}

/**
 * Opens the data folder's database, made or migrated as needed.
 * Throws `storage_damaged`, `storage_newer`, `storage_read_only`, `storage_full` or `storage_busy`.
 */
export function openDatabase(dataDir: string, options: DatabaseOptions = {}): SqlDatabase {
  return openSqlFile(databasePath(dataDir), { room: 'retrieval', migrations: MIGRATIONS }, options);
}
