/** What ingest takes and reports. The pipeline runs in a worker thread of its own; this is what crosses over. */
import type { ErrorCode } from '../core/index.js';
import type { FilterValue, Language } from '../retrieval/spec.js';

export type SkipReason =
  | 'hidden'
  | 'ignored'
  | 'binary'
  | 'too-large'
  | 'unsupported'
  | 'symlink-outside'
  | 'empty';

export interface SkippedFile {
  readonly source: string;
  readonly reason: SkipReason;
}

export interface FailedFile {
  readonly source: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface IngestReport {
  readonly documents: {
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
    readonly unchanged: number;
  };
  readonly chunks: { readonly embedded: number; readonly reused: number; readonly removed: number };
  /** Counts are complete; the lists hold at most the first 1,000. */
  readonly skipped: readonly SkippedFile[];
  readonly skippedByReason: Readonly<Partial<Record<SkipReason, number>>>;
  readonly failed: readonly FailedFile[];
  readonly failedCount: number;
  readonly languages: Readonly<Partial<Record<Language, number>>>;
  readonly durationMs: number;
  /** The collection's version after the run. */
  readonly version: number;
}

export type IngestProgress =
  | { readonly phase: 'scanning'; readonly files: number }
  | {
      readonly phase: 'indexing';
      readonly filesDone: number;
      readonly filesTotal: number;
      readonly chunksDone: number;
      readonly currentSource: string;
    }
  | { readonly phase: 'optimising' };

export interface IngestOptions {
  readonly tenant: string;
  readonly collection: string;
  readonly onProgress?: (progress: IngestProgress) => void;
  readonly signal?: AbortSignal;
}

export interface Upload {
  /** File name as given by the client; a relative path is allowed, `..` is not. */
  readonly source: string;
  readonly bytes: Uint8Array;
  readonly metadata?: Readonly<Record<string, FilterValue>>;
}

export interface EmbedderChangeOptions {
  readonly tenant: string;
  readonly collection: string;
  readonly onProgress?: (progress: { readonly chunksDone: number; readonly chunksTotal: number }) => void;
  readonly signal?: AbortSignal;
}

/** Brings documents into collections. One job a collection runs at a time; others wait in a bounded queue. */
export interface IngestService {
  /** Makes the collection's folder documents equal to the folder. Rejects when the folder cannot be read at all. */
  ingestFolder(folder: string, options: IngestOptions): Promise<IngestReport>;
  ingestUploads(uploads: readonly Upload[], options: IngestOptions): Promise<IngestReport>;
  /**
   * Embeds a collection's chunks anew with the configured embedder, behind everything else; searches go on with the old
   * vectors until all are there. An interrupted change is taken up by the next call. One collection at a time; others
   * wait in a bounded queue. Rejects with the embedder's error; without work to do it resolves at once.
   */
  changeEmbedder(options: EmbedderChangeOptions): Promise<{ readonly chunksEmbedded: number }>;
  close(): Promise<void>;
}
