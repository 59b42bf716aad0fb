export { type RunningWorkers, startWorkers } from './start-workers.js';
export type { SupervisorHooks } from './supervisor.js';
export { WORKER_METRICS } from './worker-counts.js';
