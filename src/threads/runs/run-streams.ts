import {
  type BatchFlow,
  BatchIterator,
  type BatchSink,
  type BatchSource,
  errorFromData,
  pour,
} from '../../core/index.js';
import type { ReadRunOptions, RunEvent } from '../spec.js';
import { eventsGone, type RunLog } from './run-log.js';
import { type RunPlace, type RunStore, runNotFound } from './run-store.js';
import type { SharedLogs } from './shared-log.js';

export interface StreamedRun<Part> {
  readonly place: RunPlace;
  readonly run: string;
  readonly options: ReadRunOptions;
  /** The log, where this process has it. */
  readonly log: RunLog<Part> | undefined;
  readonly store: RunStore;
  readonly shared: SharedLogs<Part> | undefined;
  /** Cancels the run, for a reader that asked for it. */
  readonly cancel: () => void;
}

/** A run's events for one reader: from memory where they are, else from the log that nodes share. */
export class RunStream<Part> implements BatchSource<RunEvent<Part>> {
  readonly #streamed: StreamedRun<Part>;

  constructor(streamed: StreamedRun<Part>) {
    this.#streamed = streamed;
  }

  [Symbol.asyncIterator](): BatchIterator<RunEvent<Part>> {
    return new BatchIterator(this);
  }

  pipe(sink: BatchSink<RunEvent<Part>>): BatchFlow {
    const { options, log, shared, cancel } = this.#streamed;
    const isKnownThere = log === undefined && shared?.knowsReaders === true;
    if (options.onDisconnect !== 'cancel' || isKnownThere) return this.#read(sink);
    const reader = new Departing(sink);
    const flow = this.#read(reader);
    const leave = (): void => {
      flow.stop();
      const isLastReader = log === undefined || log.readers === 0;
      if (!reader.isOver && isLastReader) cancel();
      reader.isOver = true;
    };
    return { pause: () => flow.pause(), resume: () => flow.resume(), stop: leave };
  }

  #read(sink: BatchSink<RunEvent<Part>>): BatchFlow {
    const { log, options } = this.#streamed;
    if (log === undefined) return this.#readElsewhere(sink);
    try {
      return log.read(options.after ?? 0, sink);
    } catch (error) {
      return pour(failing<RunEvent<Part>>(error), sink);
    }
  }

  #readElsewhere(sink: BatchSink<RunEvent<Part>>): BatchFlow {
    const left = new AbortController();
    const flow = pour(this.#elsewhere(left.signal), sink);
    const leave = (): void => {
      left.abort();
      flow.stop();
    };
    return { pause: () => flow.pause(), resume: () => flow.resume(), stop: leave };
  }

  async *#elsewhere(signal: AbortSignal): AsyncGenerator<readonly RunEvent<Part>[], void, undefined> {
    const { place, run, options, store, shared } = this.#streamed;
    const look = () => store.get(place, run);
    const record = await look();
    if (record === undefined) throw runNotFound(run);
    if (shared === undefined) throw eventsGone(run, options.after ?? 0);
    yield* shared.read({ tenant: place.tenant, record, options, signal, look });
    const error = (await look())?.error;
    if (error !== undefined) throw errorFromData(error);
  }
}

/** Knows whether its stream came to an end by itself. */
class Departing<Item> implements BatchSink<Item> {
  isOver = false;
  readonly #sink: BatchSink<Item>;

  constructor(sink: BatchSink<Item>) {
    this.#sink = sink;
  }

  push(batch: readonly Item[]): void {
    this.#sink.push(batch);
  }

  end(): void {
    this.isOver = true;
    this.#sink.end();
  }

  fail(error: unknown): void {
    this.isOver = true;
    this.#sink.fail(error);
  }
}

// biome-ignore lint/correctness/useYield: a stream that fails before anything came.
async function* failing<Item>(error: unknown): AsyncGenerator<readonly Item[], void, undefined> {
  throw error;
}
