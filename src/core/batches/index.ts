export { BatchGate } from './gate.js';
export { BatchIterator } from './iterator.js';
export { pour } from './pour.js';
export type { BatchFlow, BatchSink, BatchSource } from './source.js';
