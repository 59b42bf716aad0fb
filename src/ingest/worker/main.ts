/** The ingest worker's entry: opens the embedded index with the configured embedder. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  createEmbedder,
  type Embedder,
  migrateEmbedder,
  openIndexWriter,
  type RetrievalOptions,
} from '../../retrieval/index.js';
import type { IngestSettings } from '../options.js';
import { serveIngest } from './serve.js';

const { retrieval, settings } = workerData as { retrieval: RetrievalOptions; settings: IngestSettings };
let embedder: Promise<Embedder> | undefined;

if (parentPort) {
  serveIngest(parentPort, settings, {
    openWriter: async (tenant, collection) =>
      openIndexWriter({ dataDir: retrieval.dataDir, tenant, collection, embedder: await sharedEmbedder() }),
    changeEmbedder: async ({ tenant, collection }, { signal, progress }) =>
      migrateEmbedder({
        dataDir: retrieval.dataDir,
        tenant,
        collection,
        embedder: await sharedEmbedder(),
        onProgress: progress,
        signal,
      }),
  });
}

/** Made on first use and kept; one that could not be made is tried again by the next job. */
function sharedEmbedder(): Promise<Embedder> {
  embedder ??= createEmbedder(retrieval.embedder ?? { kind: 'builtin' }).catch((error: unknown) => {
    embedder = undefined;
    throw error;
  });
  return embedder;
}
