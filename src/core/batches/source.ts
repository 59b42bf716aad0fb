/** Hears of batches as they arrive. `end` or `fail` comes last, once. */
export interface BatchSink<Item> {
  push(batch: readonly Item[]): void;
  end(): void;
  fail(error: unknown): void;
}

/** A reader's hold on what flows into its sink. Every call may come at any time, any number of times. */
export interface BatchFlow {
  /** Asks for no more; what is under way may still come. */
  pause(): void;
  resume(): void;
  /** Leaves: the sink hears nothing more, and what produces the batches is cancelled. */
  stop(): void;
}

/** Batches for one reader, who either iterates or takes them in a sink. Work begins with the reading. */
export interface BatchSource<Item> extends AsyncIterable<readonly Item[]> {
  /** The sink hears nothing before this returns. */
  pipe(sink: BatchSink<Item>): BatchFlow;
}

export function isBatchSource<Item>(source: AsyncIterable<readonly Item[]>): source is BatchSource<Item> {
  return typeof (source as Partial<BatchSource<Item>>).pipe === 'function';
}
