import type { RunEvent } from '../spec.js';

/** One run's events on their way to other nodes. */
export interface SharedLogWriter<Part> {
  /** Never blocks and never fails: a shared log that cannot keep up is given up, and its readers are told. */
  push(events: readonly RunEvent<Part>[]): void;
  /** Nothing more comes; resolves when all is told. */
  end(): Promise<void>;
}

/** Events of runs that other nodes can read. */
export interface SharedLogs<Part> {
  writer(tenant: string, run: string): SharedLogWriter<Part>;
  /**
   * Events after an id, in batches, to the run's end. Asks `isOver` when it has been silent for a while. Throws
   * `stream_events_gone`.
   */
  read(
    tenant: string,
    run: string,
    after: number,
    isOver: () => Promise<boolean>,
  ): AsyncGenerator<readonly RunEvent<Part>[], void, undefined>;
}
