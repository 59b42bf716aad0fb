export type { Draft, Look } from './asked.js';
export { replayedAnswer } from './entry.js';
export type { KeptAnswer } from './kept.js';
export {
  defaultRecallOptions,
  defaultSemanticOptions,
  type RecallOptions,
  type SemanticOptions,
} from './options.js';
export { Recall } from './recall.js';
export { bytesOfPart } from './recording.js';
export { keptParts } from './replay.js';
export type { SemanticReport } from './semantic-reuse.js';
