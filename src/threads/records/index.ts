export { newDetails, parseDetails, patchDetails, printDetails, type ThreadDetails } from './details.js';
export { type StoredThread, threadInfo } from './info.js';
export * from './path.js';
export { decodeRecord, type EncodedRecord, encodeRecord, UnreadableRecord } from './record.js';
export { encodeTurn, readEntry, readTurn, type StoredTurn, stateTurns } from './turn.js';
