import type { Channel } from '../core/index.js';

export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that was started for a worker. */
export interface WorkerProcess extends Channel {
  readonly pid: number;
  kill(): void;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<WorkerExit>;
}
