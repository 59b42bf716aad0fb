import { NaraeError } from '../../core/index.js';
import { END, START } from '../spec.js';
import { type NumberedGraph, numberGraph } from './numbered.js';
import { reachableFrom, reversed, walk } from './reach.js';
import type { GraphShape, NodeShape } from './shape.js';

const MAX_NODES = 1_000;

/** Refuses, with `graph_invalid`, what could never run to its end; gives the graph in numbers. */
export function checkGraph(shape: GraphShape): NumberedGraph {
  const refuse = (reason: string): never => {
    throw new NaraeError('graph_invalid', { values: { graph: shape.name, reason } });
  };
  const problem = problemOfParts(shape);
  if (problem !== undefined) refuse(problem);
  const graph = numberGraph(shape);
  const flaw = problemOfPaths(graph) ?? problemOfWrites(shape, graph);
  if (flaw !== undefined) refuse(flaw);
  return graph;
}

function problemOfParts({ nodes, edges, branches, fields }: GraphShape): string | undefined {
  if (nodes.length === 0) return 'it has no nodes';
  if (nodes.length > MAX_NODES) return `it has ${nodes.length} nodes, the limit is ${MAX_NODES}`;
  const names = new Set(nodes.map(({ name }) => name));
  const from = (name: string): boolean => name === START || names.has(name);
  const to = (name: string): boolean => name === END || names.has(name);
  for (const edge of edges) {
    if (!from(edge.from)) return `an edge leads from "${edge.from}", which is no node`;
    if (!to(edge.to)) return `an edge leads from "${edge.from}" to "${edge.to}", which is no node`;
  }
  for (const branch of branches) {
    if (!from(branch.from)) return `a route leads from "${branch.from}", which is no node`;
    if (branch.targets.length === 0) return `the route from "${branch.from}" has no targets`;
    const unknown = branch.targets.find((target) => !to(target));
    if (unknown !== undefined) return `a route from "${branch.from}" leads to "${unknown}", which is no node`;
  }
  if (Object.hasOwn(fields, '__proto__')) return 'a field cannot be named "__proto__"';
  return nodes.map((node) => problemOfNode(node, fields)).find((problem) => problem !== undefined);
}

function problemOfNode({ name, options }: NodeShape, fields: GraphShape['fields']): string | undefined {
  const { writes, timeoutMs, retry } = options;
  const unknown = writes?.find((written) => !Object.hasOwn(fields, written));
  if (unknown !== undefined) return `node "${name}" is to write "${unknown}", which is no field`;
  if (timeoutMs !== undefined && !(timeoutMs > 0)) return `timeoutMs of node "${name}" must be above 0`;
  const attempts = retry?.maxAttempts ?? 1;
  if (!(Number.isSafeInteger(attempts) && attempts > 0))
    return `retry.maxAttempts of node "${name}" must be a whole number above 0`;
  return undefined;
}

function problemOfPaths(graph: NumberedGraph): string | undefined {
  const { names, start, end, possibly, always } = graph;
  const named = (found: (node: number) => boolean): string | undefined =>
    names.find((_, node) => node < start && found(node));
  const fromStart = reachableFrom(possibly, start);
  const toEnd = reachableFrom(reversed(possibly), end);
  if (fromStart.size === 0) return 'nothing leads on from START';
  const unreached = named((node) => !fromStart.has(node));
  if (unreached !== undefined) return `nothing leads to node "${unreached}"`;
  const endless = named((node) => !toEnd.has(node));
  if (endless !== undefined) return `no way leads from node "${endless}" to END`;
  const loop = walk(always.with(start, [...names.keys()].slice(0, start)), start).backEdges[0];
  if (loop === undefined) return undefined;
  return `the loop through "${names[loop[1]]}" and "${names[loop[0]]}" has no way out, as it has no conditional edge`;
}

/** Two nodes that run whenever a third does, in no order, must not both replace a field. */
function problemOfWrites(shape: GraphShape, graph: NumberedGraph): string | undefined {
  const writers = shape.nodes.flatMap(({ options }, node) =>
    options.writes === undefined ? [] : [{ node, writes: options.writes }],
  );
  if (writers.length < 2) return undefined;
  const reach = graph.possibly.map((_, node) => reachableFrom(graph.possibly, node));
  const certain = graph.always.map((_, node) => reachableFrom(graph.always, node));
  for (const a of writers) {
    for (const b of writers) {
      if (a.node >= b.node || reach[a.node]?.has(b.node) || reach[b.node]?.has(a.node)) continue;
      if (!certain.some((reached) => reached.has(a.node) && reached.has(b.node))) continue;
      const shared = a.writes.find((name) => b.writes.includes(name) && !shape.fields[name]?.reduce);
      if (shared !== undefined)
        return `nodes "${graph.names[a.node]}" and "${graph.names[b.node]}" write "${shared}" side by side, and it has no reducer`;
    }
  }
  return undefined;
}
