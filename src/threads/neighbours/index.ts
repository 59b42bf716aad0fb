export { NeighbourLogs } from './neighbour-logs.js';
export { type NeighbourDuties, Neighbours } from './neighbours.js';
