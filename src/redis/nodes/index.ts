export { ClusterNodes } from './cluster-nodes.js';
export { keySlot } from './key-slot.js';
export type { Nodes } from './nodes.js';
export { SingleNode } from './single-node.js';
