export { buildGraph, type Nearest } from './graph.js';
export { alignedHalves, fromHalves, toHalves } from './half.js';
export { VectorFile } from './vector-file.js';
export { VectorFileWriter, type WrittenFile } from './vector-file-writer.js';
export {
  type Accepted,
  FLAT_LIMIT_BYTES,
  VectorSegment,
  type VectorSegmentOptions,
} from './vector-segment.js';
