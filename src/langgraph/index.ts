/**
 * `narae/langgraph`: LangGraph's checkpoints in Narae's stores. Needs `@langchain/core` and
 * `@langchain/langgraph-checkpoint` installed beside it.
 */
export { openRedis, type Redis, type RedisOptions } from '../redis/index.js';
export {
  type CheckpointStore,
  type EmbeddedCheckpointOptions,
  openEmbeddedCheckpoints,
  openRedisCheckpoints,
  type RedisCheckpointOptions,
} from '../threads/index.js';
export { NaraeSaver, type NaraeSaverOptions } from './saver.js';
export { openUserGraph, type UserGraphSettings } from './served/user-graph.js';
