export * from './abort.js';
export * from './bounded-map.js';
export * from './clock.js';
export * from './closer.js';
export * from './errors.js';
export * from './hash.js';
export * from './ids.js';
export * from './worker-rpc.js';
