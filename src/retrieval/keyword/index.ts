export { type Bitmap, hasBit, newBitmap, setBit } from './bitmap.js';
export { type MergePart, mergeKeywordSegments } from './merge.js';
export {
  type DocRef,
  KeywordSearcher,
  type KeywordSearchOptions,
  type KeywordSearchResult,
  type LiveSegment,
} from './searcher.js';
export { KeywordSegment } from './segment.js';
export { KeywordSegmentBuilder } from './segment-builder.js';
export { type Hit, TopK } from './top-k.js';
