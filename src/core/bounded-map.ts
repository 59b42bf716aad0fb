import { throwIfAborted } from './abort.js';

/**
 * Maps `items` with at most `concurrency` calls under way, keeping order. The first failure stops new calls and
 * rejects; give a function that returns failures as values where one failure must not end the rest.
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  run: (item: Item, index: number) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      throwIfAborted(signal);
      const index = next++;
      try {
        results[index] = await run(items[index] as Item, index);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  return results;
}
