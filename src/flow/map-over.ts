import { deriveSignal, mapBounded, NaraeError } from '../core/index.js';
import type { TaskContext } from './node/context.js';
import type { MaybePromise, NodeContext, NodeFunction } from './spec.js';

export interface MapOptions {
  /** Items under way at once. */
  readonly concurrency: number;
  /** A longer list fails with `graph_list_too_long`. */
  readonly limit: number;
}

/** An item cannot interrupt: which items had finished could not be told when the run is resumed. */
export type ItemContext<Context = unknown> = Omit<NodeContext<Context>, 'interrupt'>;

/**
 * A node that does the same for every item of a list, several at once. The items' updates are written in the order of
 * the list when all are done, so fields that more than one item writes need a reducer. The first failure stops the
 * other items and fails the node when they have ended.
 */
export function mapOver<State, Item, Update extends object | undefined, Context = unknown>(
  list: (state: State) => readonly Item[],
  run: (item: Item, context: ItemContext<Context>, index: number) => MaybePromise<Update>,
  { concurrency, limit }: MapOptions,
): NodeFunction<State, readonly Update[], Context> {
  return async (state, context) => {
    const items = list(state);
    if (items.length > limit) throw tooLong(context.node, items.length, limit);
    const derived = deriveSignal(context.signal);
    const within = narrowed(context, derived.signal);
    let failure: { readonly error: unknown } | undefined;
    const runItem = async (item: Item, index: number): Promise<Update | undefined> => {
      if (failure !== undefined) return undefined;
      try {
        return await run(item, within, index);
      } catch (error) {
        failure ??= { error };
        derived.abort(error);
        return undefined;
      }
    };
    try {
      const updates = await mapBounded(items, concurrency, runItem);
      if (failure !== undefined) throw failure.error;
      return updates.filter((update) => update !== undefined) as Update[];
    } finally {
      derived.dispose();
    }
  };
}

function narrowed<Context>(context: NodeContext<Context>, signal: AbortSignal): ItemContext<Context> {
  const task = context as NodeContext as TaskContext;
  return task.with({ signal, uninterruptible: 'it maps over a list' }) as ItemContext as ItemContext<Context>;
}

function tooLong(node: string, length: number, limit: number): NaraeError {
  return new NaraeError('graph_list_too_long', { values: { node, length, limit } });
}
