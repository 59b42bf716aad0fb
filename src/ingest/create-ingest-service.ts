import type { EventSink } from '../observe/index.js';
import type { RetrievalOptions } from '../retrieval/options.js';
import type { DocumentStore } from '../retrieval/spec.js';
import type { IngestSettings } from './options.js';
import { WorkerIngestService } from './service/ingest-service.js';
import type { IngestService } from './spec.js';

/**
 * Ingest into the embedded index, in a worker thread that starts with the first job. Throws `config_invalid`.
 * `collections` is read after each commit, for the `index-changed` event.
 */
export function createIngestService(
  retrieval: RetrievalOptions,
  settings: Partial<IngestSettings>,
  emit: EventSink,
  collections: Pick<DocumentStore, 'getCollection'>,
): IngestService {
  return new WorkerIngestService({
    script: new URL('./worker/main.js', import.meta.url),
    workerData: { retrieval },
    settings,
    collections,
    events: emit,
  });
}
