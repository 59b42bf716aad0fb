export * from './checkpoints/index.js';
export { Neighbours } from './neighbours/index.js';
export { type Conversations, openConversations } from './open-conversations.js';
export * from './options.js';
export { pathIncludes } from './records/index.js';
export type { PartCodec } from './runs/index.js';
export type * from './spec.js';
export { EmbeddedRunStore, EmbeddedThreadStore, openThreadDatabase } from './stores/embedded/index.js';
export { RedisRunStore, RedisThreadStore, ThreadKeys } from './stores/redis/index.js';
