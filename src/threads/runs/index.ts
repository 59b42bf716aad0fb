export { openRuns } from './open-runs.js';
export type { PartCodec } from './part-codec.js';
