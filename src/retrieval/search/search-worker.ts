import { parentPort, workerData } from 'node:worker_threads';
import { serveWorker } from '../../core/index.js';
import { SearchEngine } from './search-engine.js';
import type { SearchMethods, SearchWorkerData } from './search-methods.js';

/** The search thread: one engine, opened by the first call so that its failure reaches the caller. */
let engine: SearchEngine | undefined;

function opened(): SearchEngine {
  engine ??= new SearchEngine(workerData as SearchWorkerData);
  return engine;
}

if (parentPort)
  serveWorker<SearchMethods>(parentPort, {
    search: (input, { signal }) => opened().search(input, signal),
    open: (input) => opened().open(input),
    verify: (input, { signal }) => opened().verify(input, signal),
  });
