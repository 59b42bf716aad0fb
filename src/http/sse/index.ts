export { EVENTS, LINES, type StreamForm } from './form.js';
export { defaultSseOptions, type SseOptions } from './options.js';
export type { SseWriter } from './writer.js';
export { SseWriters } from './writers.js';
