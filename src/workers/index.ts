export { type RunningWorkers, startWorkers } from './start-workers.js';
export type { SupervisorHooks } from './supervisor.js';
