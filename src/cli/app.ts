/** What commands need from the composition root, as types: tests put their own in its place. */
import type { openParts, startNarae } from '../main.js';
import type { startWorkers } from '../workers/index.js';

export type { DefaultModel, Overview, Parts, RunningNarae, StartHooks } from '../main.js';

export interface App {
  openParts: typeof openParts;
  /** Resolves as soon as the server listens; indexing goes on behind it. */
  startNarae: typeof startNarae;
}

/** The supervision of several workers; loaded without the server itself, which only the workers need. */
export interface WorkersApp {
  startWorkers: typeof startWorkers;
}
