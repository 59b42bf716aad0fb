/**
 * `narae/langgraph`: LangGraph's checkpoints in Narae's stores. Needs `@langchain/core` and
 * `@langchain/langgraph-checkpoint` installed beside it.
 */
export {
  type CheckpointStore,
  type EmbeddedCheckpointOptions,
  openEmbeddedCheckpoints,
} from '../threads/index.js';
export { NaraeSaver, type NaraeSaverOptions } from './saver.js';
