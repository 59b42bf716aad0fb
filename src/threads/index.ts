export * from './checkpoints/index.js';
export { NeighbourLogs, Neighbours } from './neighbours/index.js';
export {
  type Conversations,
  type ConversationsSettings,
  openConversations,
} from './open-conversations.js';
export * from './options.js';
export { decodeRecord, type EncodedRecord, encodeRecord, UnreadableRecord } from './records/index.js';
export { openRuns, type PartCodec, type RunsSettings } from './runs/index.js';
export type * from './spec.js';
export { EmbeddedRunStore, EmbeddedThreadStore, openThreadDatabase } from './stores/embedded/index.js';
export {
  RedisRunStore,
  RedisSharedLogs,
  type RedisThreadOptions,
  RedisThreadStore,
  ThreadKeys,
} from './stores/redis/index.js';
