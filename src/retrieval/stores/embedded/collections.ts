import { NaraeError } from '../../../core/index.js';
import type { SqlDatabase } from '../../../sql/index.js';
import type { Collection, Language } from '../../spec.js';

/** A collection's row, as the parts of the store pass it around. */
export interface CollectionRow {
  readonly id: number;
  readonly tenant: string;
  readonly name: string;
  readonly version: number;
  /** Random, another with every version: names this content, over all data folders. */
  readonly stamp: string;
  /** Rises when segments change while the content stays. */
  readonly layout: number;
  readonly embedder: string;
  readonly nextEmbedder: string | undefined;
  readonly documents: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

interface StoredCollection {
  id: number;
  tenant: string;
  name: string;
  version: number;
  stamp: string;
  layout: number;
  embedder: string;
  next_embedder: string | null;
  documents: number;
  created_at_ms: number;
  updated_at_ms: number;
}

function toRow(stored: StoredCollection): CollectionRow {
  return {
    id: stored.id,
    tenant: stored.tenant,
    name: stored.name,
    version: stored.version,
    stamp: stored.stamp,
    layout: stored.layout,
    embedder: stored.embedder,
    nextEmbedder: stored.next_embedder ?? undefined,
    documents: stored.documents,
    createdAtMs: stored.created_at_ms,
    updatedAtMs: stored.updated_at_ms,
  };
}

export function findCollection(db: SqlDatabase, tenant: string, name: string): CollectionRow | undefined {
  const stored = db.first<StoredCollection>('SELECT * FROM collections WHERE tenant = ? AND name = ?', [
    tenant,
    name,
  ]);
  return stored && toRow(stored);
}

/** Throws `collection_not_found`. */
export function requireCollection(db: SqlDatabase, tenant: string, name: string): CollectionRow {
  const row = findCollection(db, tenant, name);
  if (!row)
    throw new NaraeError('collection_not_found', { values: { collection: name }, field: 'collection' });
  return row;
}

export function allCollections(db: SqlDatabase, tenant: string): CollectionRow[] {
  return db
    .all<StoredCollection>('SELECT * FROM collections WHERE tenant = ? ORDER BY name', [tenant])
    .map(toRow);
}

const NEW_STAMP = 'lower(hex(randomblob(16)))';

/** Within a write transaction. False when the name is taken. */
export function insertCollection(
  db: SqlDatabase,
  collection: { tenant: string; name: string; embedder: string; nowMs: number },
): boolean {
  const { tenant, name, embedder, nowMs } = collection;
  const changes = db.run(
    `INSERT INTO collections (tenant, name, stamp, embedder, created_at_ms, updated_at_ms)
     VALUES (?, ?, ${NEW_STAMP}, ?, ?, ?) ON CONFLICT DO NOTHING`,
    [tenant, name, embedder, nowMs, nowMs],
  );
  return changes === 1;
}

/** Within a write transaction: the collection's content changed. Gives the new version. */
export function raiseVersion(db: SqlDatabase, collection: number, nowMs: number): number {
  db.run(
    `UPDATE collections SET version = version + 1, stamp = ${NEW_STAMP}, layout = layout + 1, updated_at_ms = ?
     WHERE id = ?`,
    [nowMs, collection],
  );
  const row = db.first<{ version: number }>('SELECT version FROM collections WHERE id = ?', [collection]);
  return row?.version ?? 0;
}

/** Within a write transaction: segments changed, the content did not. */
export function raiseLayout(db: SqlDatabase, collection: number): void {
  db.run('UPDATE collections SET layout = layout + 1 WHERE id = ?', [collection]);
}

export function describeCollection(db: SqlDatabase, row: CollectionRow): Collection {
  const languages = readLanguages(db, row.id);
  return {
    name: row.name,
    version: row.version,
    documents: row.documents,
    chunks: Object.values(languages).reduce((sum, count) => sum + count, 0),
    embedder: row.embedder,
    ...(row.nextEmbedder !== undefined && { nextEmbedder: row.nextEmbedder }),
    languages,
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}

function readLanguages(db: SqlDatabase, collection: number): Partial<Record<Language, number>> {
  const rows = db.all<{ language: Language; chunks: number }>(
    'SELECT language, chunks FROM collection_languages WHERE collection_id = ? AND chunks > 0',
    [collection],
  );
  return Object.fromEntries(rows.map((row) => [row.language, row.chunks]));
}

/** Changes of a collection's counts that one transaction gathers and writes at its end. */
export class CountChanges {
  documents = 0;
  readonly #chunks = new Map<Language, number>();

  addChunks(language: Language, count: number): void {
    this.#chunks.set(language, (this.#chunks.get(language) ?? 0) + count);
  }

  write(db: SqlDatabase, row: { id: number; tenant: string }): void {
    if (this.documents !== 0)
      db.run('UPDATE collections SET documents = documents + ? WHERE id = ?', [this.documents, row.id]);
    for (const [language, count] of this.#chunks)
      db.run(
        `INSERT INTO collection_languages (collection_id, tenant, language, chunks) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET chunks = chunks + excluded.chunks`,
        [row.id, row.tenant, language, count],
      );
  }
}
