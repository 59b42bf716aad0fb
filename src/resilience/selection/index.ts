export { LatencyAware } from './latency-aware.js';
export { LeastInFlight } from './least-in-flight.js';
export type { Candidate, SelectionPolicy } from './policy.js';
export { RoundRobin } from './round-robin.js';
export { Weighted } from './weighted.js';
