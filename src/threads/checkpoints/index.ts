export { mayExtend, reasonOf, resolveManifest, storedManifest, unreadable } from './chain.js';
export { ContentWriter, type CutBytes, joinCut, readContent } from './content.js';
export { type EmbeddedCheckpointOptions, openEmbeddedCheckpoints } from './embedded/store.js';
export { decodeFrame, encodeFrame, readRefs } from './frame.js';
export {
  type ChannelValue,
  contentsOf,
  type Manifest,
  referencesOf,
  type StoredManifest,
  type Versions,
} from './manifest.js';
export { packId, unpackId } from './packed-id.js';
export { type PackedValue, packValue, unpackValue } from './packed-value.js';
export { encodeCheckpoint } from './record.js';
export { openRedisCheckpoints, type RedisCheckpointOptions } from './redis/store.js';
export * from './spec.js';
