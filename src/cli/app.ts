/** What commands need from the composition root, as types: tests put their own in its place. */
import type { openParts, startNarae } from '../main.js';

export type { DefaultModel, Parts, RunningNarae, StartHooks } from '../main.js';

export interface App {
  openParts: typeof openParts;
  /** Resolves as soon as the server listens; indexing goes on behind it. */
  startNarae: typeof startNarae;
}
