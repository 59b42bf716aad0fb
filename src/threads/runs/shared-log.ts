import type { BatchSource } from '../../core/index.js';
import type { ReadRunOptions, RunEvent } from '../spec.js';
import type { RunRecord } from './run-store.js';

/** One run's events on their way to other nodes. */
export interface SharedLogWriter<Part> {
  /** Never blocks and never fails: a shared log that cannot keep up is given up, and its readers are told. */
  push(events: readonly RunEvent<Part>[]): void;
  /** Nothing more comes; resolves when all is told. */
  end(): Promise<void>;
}

/** Who wants the events of a run that another process has. */
export interface ReadAsker {
  readonly tenant: string;
  readonly record: RunRecord;
  readonly options: ReadRunOptions;
  /** Aborts when the reader leaves. */
  readonly signal: AbortSignal;
  /** The run as it is recorded now. */
  look(): Promise<RunRecord | undefined>;
}

/** The events of this process's runs: `Runs.stream`. */
export type RunSource<Part> = (
  tenant: string,
  thread: string,
  run: string,
  options: ReadRunOptions,
) => BatchSource<RunEvent<Part>>;

/** Events of runs that other nodes can read. */
export interface SharedLogs<Part> {
  /** Whether the process that has a run hears when a reader elsewhere leaves, and cancels the run if that was asked for. */
  readonly knowsReaders: boolean;
  /** Absent: events are not copied anywhere, others read them where they are. */
  writer?(tenant: string, run: string): SharedLogWriter<Part>;
  /** Told once where this process's events are. */
  serve?(source: RunSource<Part>): void;
  /** Events after an id, in batches, to the run's end. Throws `stream_events_gone`, or why the run failed. */
  read(asker: ReadAsker): AsyncGenerator<readonly RunEvent<Part>[], void, undefined>;
}
