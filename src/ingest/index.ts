export {
  type ChunkSettings,
  chunkText,
  countTokens,
  detectLanguage,
  type TextStructure,
} from './chunking/index.js';
export { createIngestService } from './create-ingest-service.js';
export { type LoadedDocument, type LoadOutcome, loadDocument } from './loaders/index.js';
export * from './options.js';
export * from './spec.js';
export { type FolderWatch, type WatchOptions, watchFolder } from './watch.js';
