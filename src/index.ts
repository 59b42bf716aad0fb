/** Narae as a library: `RagChain` for a folder of documents, `startNarae` for a whole server. */
export type { Answer } from './answer/index.js';
export {
  type CachedCall,
  type CachedFunction,
  type CachedFunctionOptions,
  type CacheStatistics,
  type CreateCacheOptions,
  createCache,
  type FunctionCache,
  GROWING_LIFE,
} from './cache/index.js';
export { type Config, loadConfig } from './config/index.js';
export { type ErrorCode, NaraeError } from './core/index.js';
export type { IngestProgress, IngestReport } from './ingest/spec.js';
export type { AnswerPart, Citation, Source, TokenUsage } from './llm/spec.js';
export { type Parts, type RunningNarae, type StartHooks, startNarae } from './main.js';
export {
  type BatchItem,
  type BatchOptions,
  type ChainSearchOptions,
  type IndexedBatchItem,
  type QueryOptions,
  RagChain,
  type RagChainOptions,
} from './rag-chain.js';
export type { Filter, Passage, SearchMode } from './retrieval/spec.js';
export { ThreadChain, type ThreadQueryOptions, type ThreadTurn } from './thread-chain.js';
