import {
  type BatchFlow,
  BatchIterator,
  type BatchSink,
  type BatchSource,
  type Deferred,
  deferred,
  NaraeError,
} from '../../core/index.js';
import type { FlowEvent, FlowResult, StreamMode } from '../spec.js';
import type { Hearing } from './teller.js';

/** A run that can be heard and cancelled. */
export interface HeardRun<State> {
  readonly result: Promise<FlowResult<State>>;
  cancel(error: unknown): void;
}

export interface FlowStreamOptions {
  readonly graph: string;
  readonly modes: readonly StreamMode[];
  readonly maxUnreadEvents: number;
}

/** Events of one turn go out together, and these many at the latest. */
const BATCH_EVENTS = 256;

/**
 * The events of a run, for one reader, in batches. The run begins with the reading, and is cancelled when its reader
 * leaves. A failure of the run is the stream's.
 */
export class FlowStream<State, Update> implements BatchSource<FlowEvent<State, Update>>, BatchFlow, Hearing {
  readonly modes: ReadonlySet<StreamMode>;
  readonly #options: FlowStreamOptions;
  readonly #begin: (hearing: Hearing) => HeardRun<State>;
  readonly #result = deferred<FlowResult<State>>();
  #run: HeardRun<State> | undefined;
  #sink: BatchSink<FlowEvent<State, Update>> | undefined;
  #unread: FlowEvent<State, Update>[] = [];
  #isFlushing = false;
  #isPaused = false;
  #drained: Deferred<void> | undefined;
  #ending: ((sink: BatchSink<FlowEvent<State, Update>>) => void) | undefined;

  constructor(options: FlowStreamOptions, begin: (hearing: Hearing) => HeardRun<State>) {
    this.modes = new Set(options.modes);
    this.#options = options;
    this.#begin = begin;
    // The stream fails as well; whoever reads only that must not bring the process down.
    this.#result.promise.catch(() => {});
  }

  /** How the run ended; settles once the stream is read. Rejects when the run fails or its reader leaves. */
  get result(): Promise<FlowResult<State>> {
    return this.#result.promise;
  }

  [Symbol.asyncIterator](): BatchIterator<FlowEvent<State, Update>> {
    return new BatchIterator<FlowEvent<State, Update>>(this);
  }

  pipe(sink: BatchSink<FlowEvent<State, Update>>): BatchFlow {
    this.#sink = sink;
    queueMicrotask(() => this.#start());
    return this;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#flushSoon();
  }

  stop(): void {
    this.#sink = undefined;
    this.#unread = [];
    const error = new NaraeError('aborted');
    this.#run?.cancel(error);
    if (this.#run === undefined) this.#result.reject(error);
    this.#drained?.reject(error);
  }

  push(event: FlowEvent): void {
    if (this.#sink === undefined) return;
    this.#unread.push(event as FlowEvent<State, Update>);
    if (this.#isPaused) this.#checkUnread();
    else if (this.#unread.length >= BATCH_EVENTS) this.#flush();
    else this.#flushSoon();
  }

  drained(): Promise<void> {
    if (!this.#isPaused || this.#sink === undefined) return Promise.resolve();
    if (this.#drained === undefined) {
      this.#drained = deferred();
      this.#drained.promise.catch(() => {});
    }
    return this.#drained.promise;
  }

  #start(): void {
    if (this.#sink === undefined) return;
    this.#run = this.#begin(this);
    this.#run.result.then(
      (result) => {
        this.#result.resolve(result);
        this.#finish((sink) => sink.end());
      },
      (error: unknown) => {
        this.#result.reject(error);
        this.#drained?.reject(error);
        this.#finish((sink) => sink.fail(error));
      },
    );
  }

  /** What is unread goes first. */
  #finish(ending: (sink: BatchSink<FlowEvent<State, Update>>) => void): void {
    this.#ending = ending;
    if (!this.#isPaused) this.#flush();
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      if (!this.#isPaused) this.#flush();
    });
  }

  #flush(): void {
    const sink = this.#sink;
    const batch = this.#unread;
    if (sink === undefined) return;
    this.#unread = [];
    try {
      if (batch.length > 0) sink.push(batch);
      if (!this.#isPaused) this.#relieve();
      if (this.#ending !== undefined && !this.#isPaused && this.#sink !== undefined)
        this.#close(this.#ending);
    } catch (error) {
      this.#sink = undefined;
      this.#run?.cancel(error);
      sink.fail(error);
    }
  }

  #close(ending: (sink: BatchSink<FlowEvent<State, Update>>) => void): void {
    const sink = this.#sink;
    this.#sink = undefined;
    if (sink !== undefined) ending(sink);
  }

  #relieve(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #checkUnread(): void {
    const { graph, maxUnreadEvents: limit } = this.#options;
    if (this.#unread.length <= limit) return;
    this.#unread.length = limit;
    this.#run?.cancel(new NaraeError('graph_events_unread', { values: { graph, limit } }));
  }
}
