export { primaryChannel } from './process-channel.js';
export type { LeaveOrder, StartOrder } from './protocol.js';
export { type RunningWorkers, startWorkers } from './start-workers.js';
export type { SupervisorHooks } from './supervisor.js';
export { type Fellows, WorkerLife, type WorkerServer } from './worker-life.js';
