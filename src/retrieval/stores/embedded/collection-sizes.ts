import type { SqlDatabase } from '../../../sql/index.js';

/** What a collection holds, and its index on disk. */
export interface CollectionSize {
  readonly collection: string;
  readonly documents: number;
  readonly chunks: number;
  readonly segments: number;
  /** Bytes of the index files; the database is not part of it. */
  readonly indexBytes: number;
}

/** From the manifest and the kept counts: no table is counted through. */
export function readCollectionSizes(db: SqlDatabase, tenant: string): CollectionSize[] {
  return db.all<CollectionSize>(
    `SELECT c.name AS collection, c.documents,
       (SELECT coalesce(sum(chunks), 0) FROM collection_languages WHERE collection_id = c.id) AS chunks,
       (SELECT count(*) FROM segments WHERE collection_id = c.id) AS segments,
       (SELECT coalesce(sum(f.bytes), 0) FROM segments s JOIN segment_files f ON f.segment_id = s.id
        WHERE s.collection_id = c.id) AS indexBytes
     FROM collections c WHERE c.tenant = ? ORDER BY c.name`,
    [tenant],
  );
}
