import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BackgroundTasks,
  type Clock,
  NaraeError,
  systemClock,
  throwIfAborted,
} from '../../../core/index.js';
import type { SqlDatabase } from '../../../sql/index.js';
import { retryBusy } from '../../../sql/index.js';
import type { Collection, DocumentInfo, DocumentStore, Page } from '../../spec.js';
import { chunkKeys, killChunks } from './chunks.js';
import {
  allCollections,
  CountChanges,
  describeCollection,
  insertCollection,
  raiseVersion,
  requireCollection,
} from './collections.js';
import { deleteDocumentRow, documentsAfter, readDocumentText, requireDocument } from './documents.js';
import { checkCollectionName } from './names.js';
import { indexFolder, indexRoot, listFolder } from './segments.js';

/** Rows of a dropped collection that one transaction deletes. */
const PURGE_ROWS = 500;

export interface EmbeddedStoreOptions {
  readonly dataDir: string;
  /** Id of the embedder that new collections get. */
  readonly embedder: string;
  readonly clock?: Clock;
  /** Where the rest of a deletion goes on; absent: the deletion waits for it. */
  readonly background?: BackgroundTasks;
}

/**
 * The embedded store's reading side, for the event loop: its connection fails at once when another one writes, and
 * tries again later. The connection must have been opened with `busyTimeoutMs: 0` and stays the caller's to close.
 */
export class EmbeddedDocumentStore implements DocumentStore {
  readonly #db: SqlDatabase;
  readonly #options: EmbeddedStoreOptions;
  readonly #clock: Clock;

  constructor(db: SqlDatabase, options: EmbeddedStoreOptions) {
    this.#db = db;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  async listCollections(tenant: string): Promise<readonly Collection[]> {
    return this.#read(() => allCollections(this.#db, tenant).map((row) => describeCollection(this.#db, row)));
  }

  async getCollection(tenant: string, name: string): Promise<Collection> {
    return this.#read(() =>
      describeCollection(this.#db, requireCollection(this.#db, tenant, checkCollectionName(name))),
    );
  }

  async createCollection(tenant: string, name: string): Promise<Collection> {
    const checked = checkCollectionName(name, 'name');
    const { embedder } = this.#options;
    const created = await this.#write(() =>
      insertCollection(this.#db, { tenant, name: checked, embedder, nowMs: this.#clock.now() }),
    );
    if (!created)
      throw new NaraeError('collection_exists', { values: { collection: checked }, field: 'name' });
    return this.getCollection(tenant, checked);
  }

  /** Gone at once for every reader; its rows and files follow in small steps, also after a restart. */
  async deleteCollection(tenant: string, name: string): Promise<void> {
    await this.#write(() => {
      const { id } = requireCollection(this.#db, tenant, checkCollectionName(name));
      this.#db.run('DELETE FROM collections WHERE id = ?', [id]);
      this.#db.run('INSERT INTO dropped_collections (collection_id, tenant) VALUES (?, ?)', [id, tenant]);
    });
    const later = this.#options.background?.run('purge', (signal) => this.purgeDropped(signal));
    if (later !== true) await this.purgeDropped();
  }

  async listDocuments(
    tenant: string,
    collection: string,
    options: { limit: number; cursor?: string; sourcePrefix?: string },
  ): Promise<Page<DocumentInfo>> {
    const afterSource = options.cursor === undefined ? '' : decodeCursor(options.cursor);
    const { limit, sourcePrefix = '' } = options;
    const found = await this.#read(() => {
      const row = requireCollection(this.#db, tenant, checkCollectionName(collection));
      return documentsAfter(this.#db, row, { afterSource, sourcePrefix, limit: limit + 1 });
    });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return found.length > limit && last ? { items, nextCursor: encodeCursor(last.source) } : { items };
  }

  async getDocument(tenant: string, collection: string, id: string): Promise<DocumentInfo> {
    return this.#read(() => this.#document(tenant, collection, id).info);
  }

  async getDocumentText(tenant: string, collection: string, id: string): Promise<string> {
    return this.#read(() => readDocumentText(this.#db, this.#document(tenant, collection, id)));
  }

  async deleteDocument(tenant: string, collection: string, id: string): Promise<void> {
    await this.#write(() => {
      const row = requireCollection(this.#db, tenant, checkCollectionName(collection));
      const document = requireDocument(this.#db, row, id);
      const counts = new CountChanges();
      counts.documents = -1;
      killChunks(this.#db, row, chunkKeys(this.#db, document.row), counts);
      deleteDocumentRow(this.#db, document.row);
      counts.write(this.#db, row);
      raiseVersion(this.#db, row.id, this.#clock.now());
    });
  }

  /** Deletes what dropped collections left behind. Idempotent; a kill in between loses nothing. */
  async purgeDropped(signal?: AbortSignal): Promise<void> {
    this.#removeForeignFolders();
    const dropped = this.#db.all<{ collection_id: number }>('SELECT collection_id FROM dropped_collections');
    for (const { collection_id } of dropped) {
      while (await this.#write(() => this.#purgeSome(collection_id))) {
        await new Promise((resolve) => setImmediate(resolve));
        throwIfAborted(signal);
      }
      rmSync(indexFolder(this.#options.dataDir, collection_id), { recursive: true, force: true });
      await this.#write(() =>
        this.#db.run('DELETE FROM dropped_collections WHERE collection_id = ?', [collection_id]),
      );
    }
  }

  #document(tenant: string, collection: string, id: string) {
    return requireDocument(
      this.#db,
      requireCollection(this.#db, tenant, checkCollectionName(collection)),
      id,
    );
  }

  /** Index folders that a writer filled after its collection was dropped. */
  #removeForeignFolders(): void {
    const folders = listFolder(indexRoot(this.#options.dataDir));
    const known = this.#db.all<{ id: number }>('SELECT id FROM collections');
    const names = new Set(known.map(({ id }) => String(id)));
    for (const folder of folders)
      if (!names.has(folder))
        rmSync(join(indexRoot(this.#options.dataDir), folder), { recursive: true, force: true });
  }

  /** True while there may be more. */
  #purgeSome(collection: number): boolean {
    const db = this.#db;
    const tables = [
      ['vectors', 'row', 'collection_id = ?'],
      [
        'document_texts',
        'document_row',
        'document_row IN (SELECT row FROM documents WHERE collection_id = ?)',
      ],
      ['documents', 'row', 'collection_id = ?'],
      ['chunks', 'id', 'collection_id = ?'],
    ];
    for (const [table, key, where] of tables) {
      const deleted = db.run(
        `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT ${PURGE_ROWS})`,
        [collection],
      );
      if (deleted > 0) return true;
    }
    db.run(
      'DELETE FROM segment_files WHERE segment_id IN (SELECT id FROM segments WHERE collection_id = ?)',
      [collection],
    );
    for (const table of ['segments', 'dead_chunks', 'collection_languages'])
      db.run(`DELETE FROM ${table} WHERE collection_id = ?`, [collection]);
    return false;
  }

  #read<Result>(body: () => Result): Promise<Result> {
    return retryBusy(this.#clock, () => this.#db.read(body));
  }

  #write<Result>(body: () => Result): Promise<Result> {
    return retryBusy(this.#clock, () => this.#db.write(body));
  }
}

function encodeCursor(source: string): string {
  return Buffer.from(`v1:${source}`, 'utf8').toString('base64url');
}

/** Throws `invalid_cursor`. */
function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!text.startsWith('v1:') || encodeCursor(text.slice(3)) !== cursor)
    throw new NaraeError('invalid_cursor', { field: 'cursor' });
  return text.slice(3);
}
