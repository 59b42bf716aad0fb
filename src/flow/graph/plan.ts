import { type NodeCall, policed } from '../node/policies.js';
import type { NodeCache, NodeEvent } from '../spec.js';
import type { NumberedGraph } from './numbered.js';
import { type Adjacency, loopsOf, reachableFrom, reversed, type Walk, walk } from './reach.js';
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

/**
 * `ordered`: one waits for the other. `looped`: neither does within one turn of a loop that holds both.
 * `parallel`: neither leads to the other.
 */
export type Relation = 'ordered' | 'looped' | 'parallel';

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
  /** Rank of each node in the order of the graph. */
  readonly ranks: readonly number[];
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
  const walked = walk(possibly, start);
  const ranks = names.map(() => 0);
  for (const [rank, node] of walked.order.entries()) ranks[node] = rank;
  const holds = holdsOf(graph, walked.backEdges, ranks);
  return {
    name: shape.name,
    names,
    numbers,
    start,
    end,
    calls: shape.nodes.map((node) => policed(node, shape.name, parts.cache)),
    exits: names.map((name) => exitsOf(name, shape, numbers, end)),
    holds,
    ranks,
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

/**
 * Who waits for whom. A node waits for all that can lead to it, but not by way of another turn of a loop that it
 * is part of: within a turn the graph has an order. In graphs whose loops have one entry nobody waits in a circle.
 */
function holdsOf(graph: NumberedGraph, backEdges: Walk['backEdges'], ranks: readonly number[]): number[][] {
  const before = reversed(graph.possibly);
  const loops = loopsOf(before, backEdges);
  const holds: number[][] = graph.names.map(() => []);
  for (let node = 0; node < graph.start; node++) {
    const heads = new Set(loops.filter(({ body }) => body.has(node)).map(({ head }) => head));
    const edges = heads.size === 0 ? before : without(before, backEdges, heads);
    for (const holder of reachableFrom(edges, node, node)) if (holder !== node) holds[holder]?.push(node);
  }
  return holds.map((held) => held.sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0)));
}

const LEADS = 1;
const HOLDS = 2;

function relationOf(edges: Adjacency, holds: Adjacency): Plan['relation'] {
  const size = edges.length;
  const matrix = new Uint8Array(size * size);
  const mark = (bit: number, from: number, to: number): void => {
    matrix[from * size + to] = (matrix[from * size + to] ?? 0) | bit;
  };
  for (let from = 0; from < size; from++) {
    for (const to of reachableFrom(edges, from)) mark(LEADS, from, to);
    for (const to of holds[from] ?? []) mark(HOLDS, from, to);
  }
  return (one, other) => {
    const forth = matrix[one * size + other] ?? 0;
    const back = matrix[other * size + one] ?? 0;
    if (((forth | back) & HOLDS) !== 0) return 'ordered';
    if ((forth & back & LEADS) !== 0) return 'looped';
    return (forth | back) === 0 ? 'parallel' : 'ordered';
  };
}

function without(before: Adjacency, backEdges: Walk['backEdges'], heads: ReadonlySet<number>): Adjacency {
  return before.map((sources, to) => {
    if (!heads.has(to)) return sources;
    return sources.filter((from) => !backEdges.some(([tail, head]) => tail === from && head === to));
  });
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
