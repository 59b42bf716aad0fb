export { type Fellows, WorkerLife, type WorkerServer } from './life.js';
export { primaryChannel } from './primary-channel.js';
export { PrimaryLeases } from './primary-leases.js';
