import { type NodeCall, policed } from '../node/policies.js';
import type { NodeCache, NodeEvent } from '../spec.js';
import type { NumberedGraph } from './numbered.js';
import { holdsOf, type Relation, relationOf } from './precedence.js';
import type { Adjacency } from './reach.js';
import type { AnyRoute, GraphShape } from './shape.js';

/** Where it goes on from a node. */
export interface Exits {
  /** Static edges, END left out. */
  readonly always: readonly number[];
  readonly routes: readonly PlannedRoute[];
}

export interface PlannedRoute {
  readonly route: AnyRoute;
  /** Numbers of the targets by name; END has the number of `Plan.end`. */
  readonly targets: ReadonlyMap<string, number>;
}

/** A graph made ready to run: everything that does not depend on a run, worked out once. */
export interface Plan {
  readonly name: string;
  readonly names: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  /** Number of START; the nodes are those below. */
  readonly start: number;
  readonly end: number;
  /** Nodes with their policies around them. */
  readonly calls: readonly NodeCall[];
  /** By node, START included. */
  readonly exits: readonly Exits[];
  /** The nodes that must wait while a node is active: those that it may lead to within one turn of their loops. */
  readonly holds: Adjacency;
  readonly fields: PlannedFields;
  /** How two nodes stand to each other. */
  readonly relation: (one: number, other: number) => Relation;
  readonly onNode: ((event: NodeEvent) => void) | undefined;
}

export interface PlannedFields {
  readonly names: readonly string[];
  readonly slots: ReadonlyMap<string, number>;
  readonly defaults: readonly (() => unknown)[];
  readonly reducers: readonly (((current: unknown, update: unknown) => unknown) | undefined)[];
  /** By node: the slots that it may write; undefined: any. */
  readonly allowed: readonly (ReadonlySet<number> | undefined)[];
}

export interface PlanParts {
  readonly cache?: NodeCache | undefined;
  readonly onNode?: ((event: NodeEvent) => void) | undefined;
}

export function planGraph(shape: GraphShape, graph: NumberedGraph, parts: PlanParts): Plan {
  const { names, numbers, start, end, possibly } = graph;
  const holds = holdsOf(graph);
  return {
    name: shape.name,
    names,
    numbers,
    start,
    end,
    calls: shape.nodes.map((node) => policed(node, shape.name, parts.cache)),
    exits: names.map((name) => exitsOf(name, shape, numbers, end)),
    holds,
    fields: planFields(shape),
    relation: relationOf(possibly, holds),
    onNode: parts.onNode,
  };
}

function exitsOf(name: string, shape: GraphShape, numbers: ReadonlyMap<string, number>, end: number): Exits {
  const at = (target: string): number => numbers.get(target) as number;
  const edges = shape.edges.filter(({ from }) => from === name).map(({ to }) => at(to));
  const routes = shape.branches
    .filter(({ from }) => from === name)
    .map(({ route, targets }) => ({
      route,
      targets: new Map(targets.map((target) => [target, at(target)])),
    }));
  return { always: [...new Set(edges)].filter((target) => target !== end), routes };
}

function planFields({ fields, nodes }: GraphShape): PlannedFields {
  const names = Object.keys(fields);
  const slots = new Map(names.map((name, slot) => [name, slot]));
  const all = Object.values(fields);
  return {
    names,
    slots,
    defaults: all.map((field) => () => field.default()),
    reducers: all.map((field) => field.reduce?.bind(field)),
    allowed: nodes.map(({ options: { writes } }) =>
      writes === undefined ? undefined : new Set(writes.map((name) => slots.get(name) as number)),
    ),
  };
}
