import type { RunEvent } from '../pipeline/index.js';
import type { FailedFile, IngestReport, Upload } from '../spec.js';

/** What the worker is to bring in. */
export type IngestSource =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'uploads'; readonly uploads: readonly Upload[] };

export interface IngestJob {
  readonly tenant: string;
  readonly collection: string;
  readonly source: IngestSource;
  /** Files that brought an earlier worker down, reported instead of read. */
  readonly excluded: readonly FailedFile[];
  /** Where the worker notes which file it is reading: see `CurrentFile`. */
  readonly currentFile: SharedArrayBuffer;
}

export interface EmbedderChangeJob {
  readonly tenant: string;
  readonly collection: string;
}

/** Calls to the ingest worker. */
export type IngestMethods = {
  changeEmbedder: {
    input: EmbedderChangeJob;
    output: { readonly chunksEmbedded: number };
    progress: { readonly chunksDone: number; readonly chunksTotal: number };
  };
  run: { input: IngestJob; output: IngestReport; progress: RunEvent };
};
