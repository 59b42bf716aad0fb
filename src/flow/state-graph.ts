import { NaraeError } from '../core/index.js';
import { CompiledGraph } from './compiled-graph.js';
import type { ContextType, Schema, StateOf, UpdateOf } from './field.js';
import { checkGraph } from './graph/check.js';
import { planGraph } from './graph/plan.js';
import type { AnyNode, AnyRoute, BranchShape, EdgeShape, NodeShape } from './graph/shape.js';
import {
  type Checkpointer,
  END,
  type End,
  type MaybePromise,
  type NodeCache,
  type NodeContext,
  type NodeEvent,
  type NodeOptions,
  type Route,
  START,
  type Start,
} from './spec.js';

export interface CompileOptions {
  /** In errors, events and keys. Default `graph`. */
  readonly name?: string;
  /** Keeps interrupted runs that have a `thread`. */
  readonly checkpointer?: Checkpointer;
  /** For nodes with a cache policy. */
  readonly cache?: NodeCache;
  /** Hears of every node's start and end, in the same turn. Must not throw and must not block. */
  readonly onNode?: (event: NodeEvent) => void;
}

/** What a node may return: some fields of the state, several such in order, or nothing. */
type Written<S extends Schema> =
  | UpdateOf<S>
  | readonly (UpdateOf<S> | undefined)[]
  | undefined
  // biome-ignore lint/suspicious/noConfusingVoidType: a node without a return statement returns void
  | void;

type Part<Update> = Update extends readonly (infer Each)[] ? Each : Update;
type StrayKeys<Update, Known> = Update extends object ? Exclude<keyof Update, Known> : never;

/** Turns a node away that returns a field which it may not write. */
type Fits<Update, Known> = [StrayKeys<Part<Update>, Known>] extends [never]
  ? unknown
  : { readonly 'not a field that this node may write': StrayKeys<Part<Update>, Known> };

/** Names are known one by one, unless the graph is made from data. */
type NewName<Name extends string, Names extends string> = string extends Names
  ? Name
  : Name extends Names | Start | End
    ? never
    : Name;

/**
 * Describes a graph: fields of the state, nodes that read it and write to it, and edges that say what comes after
 * what. `compile` checks it and makes it ready to run.
 */
export class StateGraph<S extends Schema, Names extends string = never, Context = unknown> {
  readonly #schema: S;
  readonly #nodes = new Map<string, NodeShape>();
  readonly #edges: EdgeShape[] = [];
  readonly #branches: BranchShape[] = [];

  /** `context` only carries a type: see `contextOf`. */
  constructor(schema: S, _context?: ContextType<Context>) {
    this.#schema = schema;
  }

  /** Throws `graph_invalid` for a name that is taken. */
  addNode<
    const Name extends string,
    Update extends Written<S>,
    const Writes extends keyof S & string = keyof S & string,
  >(
    name: NewName<Name, Names>,
    run: ((state: StateOf<S>, context: NodeContext<Context>) => MaybePromise<Update>) & Fits<Update, Writes>,
    options: NodeOptions<StateOf<S>, Writes> = {},
  ): StateGraph<S, Names | Name, Context> {
    if (this.#nodes.has(name) || name === START || name === END || name === '')
      throw refusal('graph', `the node name "${name}" is taken`);
    this.#nodes.set(name, { name, run: run as AnyNode, options: options as NodeShape['options'] });
    return this as StateGraph<S, Names | Name, Context>;
  }

  /** `to` comes after `from`, always. With several edges into it, `to` waits for all that are on their way. */
  addEdge(from: Names | Start | readonly Names[], to: Names | End): this {
    const sources = typeof from === 'string' ? [from] : from;
    for (const source of sources) this.#edges.push({ from: source, to });
    return this;
  }

  /** After `from`, `route` chooses one or several of `targets`. */
  addConditionalEdges<const Target extends Names | End>(
    from: Names | Start,
    route: Route<StateOf<S>, NoInfer<Target>>,
    targets: readonly Target[],
  ): this {
    this.#branches.push({ from, route: route as AnyRoute, targets: [...targets] });
    return this;
  }

  /** Throws `graph_invalid`, saying why, for a graph that could not run to its end. */
  compile(options: CompileOptions = {}): CompiledGraph<StateOf<S>, UpdateOf<S>, Context> {
    const { name = 'graph', checkpointer, cache, onNode } = options;
    const shape = {
      name,
      fields: { ...this.#schema },
      nodes: [...this.#nodes.values()],
      edges: [...this.#edges],
      branches: [...this.#branches],
    };
    const numbered = checkGraph(shape);
    const uncached = shape.nodes.find((node) => node.options.cache !== undefined);
    if (uncached !== undefined && cache === undefined)
      throw refusal(name, `node "${uncached.name}" has a cache policy, but compile was given no cache`);
    return new CompiledGraph(shape, planGraph(shape, numbered, { cache, onNode }), checkpointer);
  }
}

function refusal(graph: string, reason: string): NaraeError {
  return new NaraeError('graph_invalid', { values: { graph, reason } });
}
