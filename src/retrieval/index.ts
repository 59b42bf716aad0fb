export { createEmbedder } from './embedders/create-embedder.js';
export { parseFilter } from './filter.js';
export { openRetrieval, type Retrieval, type RetrievalParts } from './open-retrieval.js';
export * from './options.js';
export type { IndexSize } from './search/index.js';
export * from './spec.js';
export {
  type CollectionSize,
  checkCollectionName,
  type IndexWriterOptions,
  type MigrationOptions,
  type MigrationProgress,
  migrateEmbedder,
  openIndexWriter,
  searchableText,
} from './stores/embedded/index.js';
export { analyse, foldText } from './text/index.js';
