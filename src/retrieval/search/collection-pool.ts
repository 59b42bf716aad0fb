import { NaraeError } from '../../core/index.js';
import type { SqlDatabase } from '../../sql/index.js';
import { type CollectionRow, repairSegment, requireCollection } from '../stores/embedded/index.js';
import { CollectionReader } from './collection-reader.js';
import { DamagedFile, type OpenSegment } from './open-segment.js';
import type { CollectionInput, SearchWorkerData } from './search-methods.js';

/** Collections whose files stay open; the one that was used longest ago is closed first. */
const MAX_OPEN_COLLECTIONS = 32;

/** Keeps the readers of the collections in use, and mends what they find damaged. */
export class CollectionPool {
  readonly #db: SqlDatabase;
  readonly #options: SearchWorkerData;
  /** By collection id, the least recently used first. */
  readonly #readers = new Map<number, CollectionReader>();
  #repairs = 0;

  constructor(db: SqlDatabase, options: SearchWorkerData) {
    this.#db = db;
    this.#options = options;
  }

  /** Files rebuilt since the start. */
  get repairs(): number {
    return this.#repairs;
  }

  /** The reader, brought up to the row's layout. Within the read transaction that gave the row. Throws DamagedFile. */
  reader(row: CollectionRow, needsVectors: boolean): CollectionReader {
    const reader = this.#readers.get(row.id) ?? new CollectionReader(this.#db, this.#options.dataDir, row.id);
    this.#readers.delete(row.id);
    this.#readers.set(row.id, reader);
    this.#closeLeastUsed();
    if (!reader.isCurrent(row, needsVectors)) {
      reader.refresh(row);
      if (needsVectors) reader.openVectors(row, this.#options.expansionSearch);
    }
    return reader;
  }

  /** Runs `body`; when it meets a damaged file, rebuilds that and says `again`. Other errors pass. */
  repairing<Result>({ tenant, collection }: CollectionInput, body: () => Result): Result | 'again' {
    try {
      return body();
    } catch (error) {
      if (!isDamage(error)) throw error;
      const row = requireCollection(this.#db, tenant, collection);
      for (const { segment, kind, embedder } of this.#damages(row, error)) {
        const target = { segment: segment.id, kind, embedder };
        if (repairSegment(this.#db, this.#options.dataDir, row, target)) this.#repairs++;
      }
      this.#readers.get(row.id)?.close();
      return 'again';
    }
  }

  /** Idempotent. */
  close(): void {
    for (const reader of this.#readers.values()) reader.close();
    this.#readers.clear();
  }

  /** A keyword segment that finds itself damaged while it is read does not say which one it is. */
  #damages(row: CollectionRow, error: DamagedFile | NaraeError): DamagedFile[] {
    if (error instanceof DamagedFile) return [error];
    const found = (this.#readers.get(row.id)?.segments ?? []).flatMap(damagesOf);
    if (found.length === 0) throw error;
    return found;
  }

  #closeLeastUsed(): void {
    if (this.#readers.size <= MAX_OPEN_COLLECTIONS) return;
    const [id, reader] = this.#readers.entries().next().value as [number, CollectionReader];
    this.#readers.delete(id);
    reader.close();
  }
}

function isDamage(error: unknown): error is DamagedFile | NaraeError {
  return error instanceof DamagedFile || (error instanceof NaraeError && error.code === 'index_damaged');
}

function damagesOf(segment: OpenSegment): DamagedFile[] {
  try {
    const steps = segment.verifyRest();
    while (!steps.next().done);
    return [];
  } catch (error) {
    if (error instanceof DamagedFile) return [error];
    throw error;
  }
}
