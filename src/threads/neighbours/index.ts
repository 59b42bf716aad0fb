export { NeighbourLogs } from './neighbour-logs.js';
export { Neighbours } from './neighbours.js';
