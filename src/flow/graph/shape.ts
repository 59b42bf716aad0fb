import type { Field } from '../field.js';
import type { NodeFunction, NodeOptions, Route } from '../spec.js';

/** State, updates and context as the runtime sees them: the types are the builder's business. */
export type AnyState = Readonly<Record<string, unknown>>;
/** One update, several to be written one after another, or none. */
export type NodeUpdate = object | readonly object[] | undefined;
export type AnyNode = NodeFunction<AnyState, NodeUpdate>;
export type AnyRoute = Route<AnyState, string>;

export interface NodeShape {
  readonly name: string;
  readonly run: AnyNode;
  readonly options: NodeOptions<AnyState>;
}

export interface EdgeShape {
  readonly from: string;
  readonly to: string;
}

export interface BranchShape {
  readonly from: string;
  readonly route: AnyRoute;
  readonly targets: readonly string[];
}

/** A graph as it was described, in the order in which it was. */
export interface GraphShape {
  readonly name: string;
  readonly fields: Readonly<Record<string, Field<unknown, unknown>>>;
  readonly nodes: readonly NodeShape[];
  readonly edges: readonly EdgeShape[];
  readonly branches: readonly BranchShape[];
}
