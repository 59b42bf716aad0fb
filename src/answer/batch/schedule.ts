import {
  abortReason,
  deriveSignal,
  type NaraeError,
  throwIfAborted,
  toNaraeError,
} from '../../core/index.js';
import { sleep, systemTimers, type Timers } from '../../resilience/index.js';
import type { BatchPace } from './options.js';

/** What became of the item at `index`. */
export type Outcome<Result> =
  | { readonly index: number; readonly status: 'done'; readonly result: Result }
  | { readonly index: number; readonly status: 'failed'; readonly error: NaraeError };

/** Prepares what the items of one batch share, and gives what is to be done with each of them. */
export type BatchWork<Item, Result> = (
  items: readonly Item[],
  signal: AbortSignal,
) => (item: Item, index: number) => Promise<Result>;

export interface ScheduleOptions {
  readonly pace: BatchPace;
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's. */
  readonly timers?: Timers;
}

/**
 * Works items off, batch by batch, and yields outcomes as they are ready. A failure is an outcome like any other.
 * Leaving the loop aborts what is under way; when the signal aborts, so does that, and the loop rejects.
 */
export async function* runInBatches<Item, Result>(
  items: readonly Item[],
  work: BatchWork<Item, Result>,
  { pace, signal, timers = systemTimers }: ScheduleOptions,
): AsyncGenerator<Outcome<Result>, void, undefined> {
  using derived = deriveSignal(signal);
  try {
    for (let start = 0; start < items.length; start += pace.size) {
      if (start > 0) await sleep(pace.pauseMs, derived.signal, timers);
      throwIfAborted(derived.signal);
      const batch = items.slice(start, start + pace.size);
      const run = work(batch, derived.signal);
      for await (const outcome of runBatch(batch, run, pace.concurrency, derived.signal))
        yield { ...outcome, index: start + outcome.index };
    }
  } finally {
    derived.abort();
  }
}

/** All items of one batch, `concurrency` at once. */
async function* runBatch<Item, Result>(
  batch: readonly Item[],
  run: (item: Item, index: number) => Promise<Result>,
  concurrency: number,
  signal: AbortSignal,
): AsyncGenerator<Outcome<Result>, void, undefined> {
  const ready: Outcome<Result>[] = [];
  let wake: () => void = () => {};
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < batch.length && !signal.aborted) {
      const index = next++;
      ready.push(await outcomeOf(index, () => run(batch[index] as Item, index)));
      wake();
    }
  };
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  for (let lanes = Math.min(concurrency, batch.length); lanes > 0; lanes--) void lane();
  try {
    for (let given = 0; given < batch.length; given++) {
      while (ready.length === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (signal.aborted) throw abortReason(signal);
      yield ready.shift() as Outcome<Result>;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function outcomeOf<Result>(index: number, run: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { index, status: 'done', result: await run() };
  } catch (thrown) {
    return { index, status: 'failed', error: toNaraeError(thrown) };
  }
}
