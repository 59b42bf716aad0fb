import { END, START } from '../spec.js';
import type { Adjacency } from './reach.js';
import type { GraphShape } from './shape.js';

/** A graph with numbers for names: its nodes in order of definition, then START, then END. */
export interface NumberedGraph {
  readonly names: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  readonly start: number;
  readonly end: number;
  /** Static edges only. */
  readonly always: Adjacency;
  /** Static edges and every target of a route. */
  readonly possibly: Adjacency;
}

/** All names must be known. */
export function numberGraph({ nodes, edges, branches }: GraphShape): NumberedGraph {
  const names = [...nodes.map(({ name }) => name), START, END];
  const numbers = new Map(names.map((name, number) => [name, number]));
  const at = (name: string): number => numbers.get(name) as number;
  const always = names.map((): Set<number> => new Set());
  for (const { from, to } of edges) always[at(from)]?.add(at(to));
  const possibly = always.map((targets) => new Set(targets));
  for (const { from, targets } of branches) for (const to of targets) possibly[at(from)]?.add(at(to));
  return {
    names,
    numbers,
    start: at(START),
    end: at(END),
    always: always.map((targets) => [...targets]),
    possibly: possibly.map((targets) => [...targets]),
  };
}
