export { EventBus } from './bus.js';
export type { CacheReadOutcome, EventSink, NaraeEvent } from './events.js';
export type { LogOptions } from './options.js';
export type { EndpointLoad } from './sinks/gauges.js';
export { createLog } from './sinks/log.js';
export { type MetricSnapshot, mergeSnapshots, renderMerged } from './sinks/merge-metrics.js';
export { createMetrics, describeMetrics, type MetricsSink } from './sinks/metrics.js';
