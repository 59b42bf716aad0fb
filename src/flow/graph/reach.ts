/** Edges by node number: `successors[3]` are those that node 3 leads to. */
export type Adjacency = readonly (readonly number[])[];

/** Everything that can be reached from `from` over at least one edge, without leading through `wall`. */
export function reachableFrom(edges: Adjacency, from: number, wall = -1): Set<number> {
  const found = new Set<number>();
  const open = [from];
  while (open.length > 0) {
    for (const next of edges[open.pop() as number] ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      if (next !== wall) open.push(next);
    }
  }
  return found;
}

export function reversed(edges: Adjacency): number[][] {
  const result: number[][] = edges.map(() => []);
  for (const [from, targets] of edges.entries()) for (const to of targets) result[to]?.push(from);
  return result;
}

export interface Walk {
  /** Nodes so that, loops aside, each comes after all that lead to it. */
  readonly order: readonly number[];
  /** Edges that close a loop: they lead to a node on the way to themselves. */
  readonly backEdges: readonly (readonly [from: number, to: number])[];
}

/** Walks depth-first from `root`, edges in their order. */
export function walk(edges: Adjacency, root: number): Walk {
  const finished: number[] = [];
  const backEdges: [number, number][] = [];
  const state: ('new' | 'open' | 'done')[] = edges.map(() => 'new');
  const path = [{ node: root, next: 0 }];
  state[root] = 'open';
  while (path.length > 0) {
    const top = path.at(-1) as { node: number; next: number };
    const target = edges[top.node]?.[top.next++];
    if (target === undefined) {
      state[top.node] = 'done';
      finished.push(top.node);
      path.pop();
    } else if (state[target] === 'open') backEdges.push([top.node, target]);
    else if (state[target] === 'new') {
      state[target] = 'open';
      path.push({ node: target, next: 0 });
    }
  }
  return { order: finished.reverse(), backEdges };
}

export interface Loop {
  readonly head: number;
  readonly body: ReadonlySet<number>;
}

/** Each loop: its head, and all that lead back to the head without passing it, by whichever back edge. */
export function loopsOf(predecessors: Adjacency, backEdges: Walk['backEdges']): Loop[] {
  const bodies = new Map<number, Set<number>>();
  for (const [tail, head] of backEdges) {
    const body = bodies.get(head) ?? new Set([head]);
    bodies.set(head, body.add(tail));
    if (tail !== head) for (const node of reachableFrom(predecessors, tail, head)) body.add(node);
  }
  return [...bodies].map(([head, body]) => ({ head, body }));
}
