export { Broadcast, type BroadcastEnding, type BroadcastOptions } from './broadcast.js';
export { BatchGate } from './gate.js';
export { BatchIterator } from './iterator.js';
export { pour } from './pour.js';
export { type BatchFlow, type BatchSink, type BatchSource, isBatchSource } from './source.js';
