import { type Clock, systemClock, throwIfAborted } from '../../../core/index.js';
import type { SqlDatabase } from '../../../sql/index.js';
import type { Embedder } from '../../spec.js';
import { runsOf } from './chunk-runs.js';
import { embedAll } from './chunk-vectors.js';
import { searchableText } from './chunks.js';
import { type CollectionRow, raiseVersion, requireCollection } from './collections.js';
import { writeVectorFiles } from './merge.js';
import { checkCollectionName } from './names.js';
import { registerFiles } from './optimise.js';
import { purgeForeignVectors } from './purge.js';
import { openDatabase } from './schema.js';
import { SegmentFileWriter } from './segment-files.js';
import {
  deleteFiles,
  indexFolder,
  readRuns,
  readSegments,
  type SegmentFile,
  type SegmentRow,
} from './segments.js';
import { embedderNumber, insertVector } from './vectors.js';

/** Chunks embedded between two transactions: what a kill can cost. */
const BATCH_CHUNKS = 512;

export interface MigrationProgress {
  readonly chunksDone: number;
  readonly chunksTotal: number;
}

export interface MigrationOptions {
  readonly dataDir: string;
  readonly tenant: string;
  readonly collection: string;
  /** The embedder to change to. Stays the caller's to close. */
  readonly embedder: Embedder;
  readonly onProgress?: (progress: MigrationProgress) => void;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** Names of the tenant's collections that `migrateEmbedder` has work in. */
export function collectionsToMigrate(db: SqlDatabase, tenant: string, embedder: string): string[] {
  const rows = db.all<{ name: string }>(
    `SELECT name FROM collections c WHERE tenant = ? AND documents > 0 AND (embedder <> ? OR EXISTS (
       SELECT 1 FROM segments s WHERE s.collection_id = c.id AND NOT EXISTS (
         SELECT 1 FROM segment_files f JOIN embedders e ON e.id = f.embedder_id
         WHERE f.segment_id = s.id AND f.kind = 'vectors' AND e.name = ?)))
     ORDER BY name`,
    [tenant, embedder, embedder],
  );
  return rows.map((row) => row.name);
}

/**
 * Embeds a collection's chunks anew and then changes to the new vectors in one transaction; until then searches go on
 * with the old ones. What a kill or an abort interrupts is taken up by the next call. Gives the number of chunks that
 * this call embedded. Rejects with the embedder's error, a storage error or the signal's reason.
 */
export async function migrateEmbedder(options: MigrationOptions): Promise<{ chunksEmbedded: number }> {
  const db = openDatabase(options.dataDir);
  try {
    return { chunksEmbedded: await new Migration(db, options).run() };
  } finally {
    db.close();
  }
}

class Migration {
  readonly #db: SqlDatabase;
  readonly #options: MigrationOptions;
  readonly #number: number;

  constructor(db: SqlDatabase, options: MigrationOptions) {
    this.#db = db;
    this.#options = options;
    this.#number = embedderNumber(db, options.embedder.id);
  }

  async run(): Promise<number> {
    this.#announce();
    let embedded = 0;
    for (;;) {
      embedded += await this.#fillVectors(embedded);
      await this.#writeFiles();
      const obsolete = this.#switch();
      if (!obsolete) continue;
      deleteFiles(indexFolder(this.#options.dataDir, this.#collection().id), obsolete);
      await purgeForeignVectors(this.#db, this.#collection(), this.#options.signal);
      return embedded;
    }
  }

  #collection(): CollectionRow {
    return requireCollection(this.#db, this.#options.tenant, checkCollectionName(this.#options.collection));
  }

  /** From here on the new embedder's vectors are kept, whoever tidies up. */
  #announce(): void {
    const { id, embedder } = this.#collection();
    if (embedder !== this.#options.embedder.id)
      this.#db.run('UPDATE collections SET next_embedder = ? WHERE id = ?', [this.#options.embedder.id, id]);
  }

  async #fillVectors(doneBefore: number): Promise<number> {
    const collection = this.#collection();
    const missing = this.#countMissing(collection);
    let done = 0;
    for (let after = 0; ; ) {
      throwIfAborted(this.#options.signal);
      const chunks = this.#missingAfter(collection, after);
      const last = chunks.at(-1);
      if (!last) return done;
      await this.#embed(collection, chunks);
      after = last.id;
      done += chunks.length;
      this.#options.onProgress?.({
        chunksDone: doneBefore + done,
        chunksTotal: doneBefore + Math.max(missing, done),
      });
    }
  }

  #countMissing(collection: CollectionRow): number {
    const [all, has] = [
      this.#db.first<{ n: number }>('SELECT count(*) AS n FROM chunks WHERE collection_id = ?', [
        collection.id,
      ]),
      this.#db.first<{ n: number }>(
        'SELECT count(*) AS n FROM vectors WHERE collection_id = ? AND embedder_id = ?',
        [collection.id, this.#number],
      ),
    ];
    return Math.max(0, (all?.n ?? 0) - (has?.n ?? 0));
  }

  #missingAfter(collection: CollectionRow, after: number): { id: number; hash: string; text: string }[] {
    return this.#db
      .all<{ id: number; hash: string; headings: string; text: string }>(
        `SELECT c.id, c.hash, c.headings, c.text FROM chunks c
         WHERE c.collection_id = ? AND c.id > ? AND NOT EXISTS (
           SELECT 1 FROM vectors v WHERE v.collection_id = c.collection_id AND v.embedder_id = ? AND v.chunk_id = c.id)
         ORDER BY c.id LIMIT ?`,
        [collection.id, after, this.#number, BATCH_CHUNKS],
      )
      .map(({ id, hash, headings, text }) => ({
        id,
        hash,
        text: searchableText(JSON.parse(headings) as string[], text),
      }));
  }

  async #embed(collection: CollectionRow, chunks: readonly { id: number; hash: string; text: string }[]) {
    const rows: { id: number; hash: string; halves: Uint8Array }[] = [];
    for await (const row of embedAll(this.#options.embedder, chunks, this.#options.signal)) rows.push(row);
    this.#db.write(() => {
      for (const { id, hash, halves } of rows)
        insertVector(this.#db, collection, { embedder: this.#number, chunk: id, hash, halves });
    });
  }

  async #writeFiles(): Promise<void> {
    const { dataDir, embedder, signal } = this.#options;
    const collection = this.#collection();
    for (const segment of readSegments(this.#db, collection.id)) {
      if (this.#isReady(segment)) continue;
      const files = new SegmentFileWriter(indexFolder(dataDir, collection.id));
      const target = { collection: collection.id, embedder: this.#number, dimensions: embedder.dimensions };
      try {
        await writeVectorFiles(
          this.#db,
          files,
          { ...target, runs: runsOf(readRuns(this.#db, segment.id)) },
          signal,
        );
        if (!registerFiles(this.#db, collection, segment.id, files)) files.discard();
      } catch (error) {
        files.discard();
        throw error;
      }
    }
  }

  #isReady(segment: SegmentRow): boolean {
    return segment.files.some((file) => file.kind === 'vectors' && file.embedder === this.#number);
  }

  /** The files that are of no use any more; undefined when a commit has brought chunks without new vectors meanwhile. */
  #switch(): SegmentFile[] | undefined {
    const { embedder, clock = systemClock } = this.#options;
    return this.#db.write(() => {
      const collection = this.#collection();
      const segments = readSegments(this.#db, collection.id);
      if (!segments.every((segment) => this.#isReady(segment))) return undefined;
      if (this.#missingAfter(collection, 0).length > 0) return undefined;
      const obsolete = segments.flatMap((segment) =>
        segment.files.filter((file) => file.embedder !== 0 && file.embedder !== this.#number),
      );
      const changes = collection.embedder !== embedder.id || collection.nextEmbedder !== undefined;
      if (!changes && obsolete.length === 0) return [];
      this.#db.run(
        `DELETE FROM segment_files WHERE embedder_id NOT IN (0, ?)
           AND segment_id IN (SELECT id FROM segments WHERE collection_id = ?)`,
        [this.#number, collection.id],
      );
      this.#db.run('UPDATE collections SET embedder = ?, next_embedder = NULL WHERE id = ?', [
        embedder.id,
        collection.id,
      ]);
      raiseVersion(this.#db, collection.id, clock.now());
      return obsolete;
    });
  }
}
