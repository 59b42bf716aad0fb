import type { Served } from '../config/index.js';
import type { IngestService } from '../ingest/spec.js';
import { type MetricSnapshot, type MetricsSink, renderMerged } from '../observe/index.js';
import type { Leases } from '../redis/spec.js';

/** What the other processes mean for this one. */
export interface WorkerPlace {
  /** Number of the worker, for the log. */
  readonly worker: number;
  /** What the first process chose to serve; the others must not choose anew. */
  readonly served?: Served;
  /** Hands documents to the process that leads. */
  readonly ingestUploads: IngestService['ingestUploads'];
  /** For what one process does for all of them. */
  readonly leases: Leases;
  /** Metrics of all processes, this one's among them. */
  metrics(): Promise<readonly MetricSnapshot[]>;
  /** Told what this process has counted, once everything else is closed. */
  counted(snapshot: MetricSnapshot): void;
}

/** Uploads go where the index is written. */
export function ingestVia(own: IngestService, { ingestUploads }: WorkerPlace): IngestService {
  return {
    ingestUploads,
    ingestFolder: (folder, options) => own.ingestFolder(folder, options),
    changeEmbedder: (options) => own.changeEmbedder(options),
    close: () => own.close(),
  };
}

/** Whichever process is asked for its metrics tells those of all. */
export function metricsOfAll(
  own: MetricsSink,
  place: WorkerPlace,
): Pick<MetricsSink, 'contentType' | 'render'> {
  return {
    contentType: own.contentType,
    render: async () => renderMerged(await place.metrics()),
  };
}
