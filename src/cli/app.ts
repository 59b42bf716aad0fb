/** What commands need from the composition root, as types: tests put their own in its place. */
import type { Config } from '../config/index.js';
import type { Overview, openParts, startNarae } from '../main.js';
import type { RunningWorkers, SupervisorHooks } from '../workers/index.js';

export type { Overview, Parts } from '../main.js';

export interface App {
  openParts: typeof openParts;
  /** Resolves as soon as the server listens; indexing goes on behind it. */
  startNarae: typeof startNarae;
}

/** The supervision of several workers; loaded without the server itself, which only the workers need. */
export interface WorkersApp {
  startWorkers(config: Config, hooks: SupervisorHooks): Promise<RunningWorkers<Overview>>;
}
