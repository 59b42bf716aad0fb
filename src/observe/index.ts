export { EventBus } from './bus.js';
export type { CacheReadOutcome, EventSink, NaraeEvent, Stage } from './events.js';
export type { LogOptions } from './options.js';
export type { CacheLoad } from './sinks/cache-gauges.js';
export { createLog, type LogSink } from './sinks/log.js';
export { type MetricSnapshot, mergeSnapshots, renderMerged } from './sinks/merge-metrics.js';
export { createMetrics, type EndpointLoad, type MetricsSink } from './sinks/metrics.js';
