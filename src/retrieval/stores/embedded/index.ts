export { ChunkRuns } from './chunk-runs.js';
export { chunkPublicId, searchableText } from './chunks.js';
export { type CollectionSize, readCollectionSizes } from './collection-sizes.js';
export { type CollectionRow, findCollection, requireCollection } from './collections.js';
export { EmbeddedDocumentStore } from './document-store.js';
export { matchingDocuments } from './filter-sql.js';
export { type IndexWriterOptions, openIndexWriter } from './index-writer.js';
export {
  collectionsToMigrate,
  type MigrationOptions,
  type MigrationProgress,
  migrateEmbedder,
} from './migrate-embedder.js';
export { checkCollectionName } from './names.js';
export { readPassages, type StoredPassage } from './passages.js';
export { repairSegment } from './repair.js';
export { openDatabase } from './schema.js';
export { checksumSteps } from './segment-files.js';
export {
  deadChunks,
  indexFolder,
  readRuns,
  readSegments,
  type SegmentFile,
  type SegmentFileKind,
  type SegmentRow,
} from './segments.js';
export { findEmbedderNumber } from './vectors.js';
