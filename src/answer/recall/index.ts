export { replayedAnswer } from './entry.js';
export type { KeptAnswer } from './kept.js';
export { defaultRecallOptions, type RecallOptions } from './options.js';
export { type Asked, type Look, Recall } from './recall.js';
export { bytesOfPart } from './recording.js';
export { keptParts } from './replay.js';
