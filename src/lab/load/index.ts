export { readTrace, type TraceOptions } from './arrivals/trace-file.js';
export type { Distribution } from './histogram.js';
export type { LoadOptions, LoadShape, LoadTarget } from './options.js';
export type { ErrorKind } from './outcome.js';
export type { LoadReport } from './report.js';
export { runLoad } from './run.js';
export type { LoadSnapshot } from './snapshot.js';
export { findModel } from './target.js';
