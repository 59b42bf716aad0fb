/** Graphs of steps over a typed state: `narae/flow` for users of the library. */
export { CompiledGraph, type Suspended } from './compiled-graph.js';
export {
  type ContextType,
  contextOf,
  type Field,
  field,
  type Schema,
  type StateOf,
  type UpdateOf,
} from './field.js';
export type { DrawOptions } from './graph/mermaid.js';
export { type ItemContext, type MapOptions, mapOver } from './map-over.js';
export { reportNodes } from './report-nodes.js';
export type { FlowStream } from './run/stream.js';
export * from './spec.js';
export { type CompileOptions, StateGraph } from './state-graph.js';
