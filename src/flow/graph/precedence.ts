import type { NumberedGraph } from './numbered.js';
import { type Adjacency, loopsOf, reachableFrom, reversed, type Walk, walk } from './reach.js';

/**
 * Who waits for whom. A node waits for all that can lead to it, but not by way of another turn of a loop that it is
 * part of. So nobody waits in a circle: of the nodes on one, let h be the one that the walk met first. All edges of
 * the circle into h are back edges, hence all its nodes belong to h's loop, and none waits by way of such an edge.
 */
export function holdsOf(graph: NumberedGraph): number[][] {
  const { order, backEdges } = walk(graph.possibly, graph.start);
  const before = reversed(graph.possibly);
  const loops = loopsOf(before, backEdges);
  const holds: number[][] = graph.names.map(() => []);
  for (let node = 0; node < graph.start; node++) {
    const heads = new Set(loops.filter(({ body }) => body.has(node)).map(({ head }) => head));
    const edges = heads.size === 0 ? before : without(before, backEdges, heads);
    for (const holder of reachableFrom(edges, node, node)) if (holder !== node) holds[holder]?.push(node);
  }
  const ranks = new Map(order.map((node, rank) => [node, rank]));
  return holds.map((held) => held.sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0)));
}

function without(before: Adjacency, backEdges: Walk['backEdges'], heads: ReadonlySet<number>): Adjacency {
  return before.map((sources, to) => {
    if (!heads.has(to)) return sources;
    return sources.filter((from) => !backEdges.some(([tail, head]) => tail === from && head === to));
  });
}

/**
 * `ordered`: one waits for the other. `looped`: neither does within one turn of a loop that holds both.
 * `parallel`: neither leads to the other.
 */
export type Relation = 'ordered' | 'looped' | 'parallel';

const LEADS = 1;
const HOLDS = 2;

/** How two nodes stand to each other; `edges` are all that may be taken. */
export function relationOf(edges: Adjacency, holds: Adjacency): (one: number, other: number) => Relation {
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
