import { MEGABYTE, NaraeError } from '../core/index.js';

/** Settings of ingest. Sizes in bytes or MB (2^20 bytes), times in milliseconds, as the names say. */
export interface IngestSettings {
  /** Most tokens (o200k_base) of a chunk. 32 to 8,192. Default 512. */
  readonly chunkTokens: number;
  /** Most tokens that a chunk repeats from the one before, in whole sentences. 0 to half of `chunkTokens`. Default 50. */
  readonly chunkOverlapTokens: number;
  /** Larger files are skipped. Default 52,428,800 (50 MB). */
  readonly maxFileBytes: number;
  /** Most bytes that a compressed document (DOCX) may unfold to. Default 268,435,456 (256 MB). */
  readonly maxUncompressedBytes: number;
  /** Most files of one folder. Default 500,000. */
  readonly maxFiles: number;
  /** Heap of the worker thread that reads and chunks. Default 1,024. */
  readonly memoryLimitMb: number;
  /** A file that takes longer to read and chunk is given up. Default 120,000. */
  readonly fileTimeoutMs: number;
  /** A commit follows when this many chunks wait. Default 2,000. */
  readonly commitChunks: number;
  /** A commit follows when the last was this long ago. Default 2,000. */
  readonly commitIntervalMs: number;
  /** Jobs that run at once, each on another collection. Default 2. */
  readonly maxParallelJobs: number;
  /** Jobs that wait; more are refused with `overloaded`. Default 16. */
  readonly maxWaitingJobs: number;
  /** The worker thread, which holds about 100 MB, ends after this long without a job. Default 3,000. */
  readonly idleWorkerMs: number;
  /** A watched folder is indexed when it was quiet for this long. Default 300. */
  readonly watchDebounceMs: number;
}

export const DEFAULT_INGEST_SETTINGS: IngestSettings = Object.freeze({
  chunkTokens: 512,
  chunkOverlapTokens: 50,
  maxFileBytes: 50 * MEGABYTE,
  maxUncompressedBytes: 256 * MEGABYTE,
  maxFiles: 500_000,
  memoryLimitMb: 1024,
  fileTimeoutMs: 120_000,
  commitChunks: 2000,
  commitIntervalMs: 2000,
  maxParallelJobs: 2,
  maxWaitingJobs: 16,
  idleWorkerMs: 3_000,
  watchDebounceMs: 300,
});

const RANGES: Readonly<Record<keyof IngestSettings, readonly [least: number, most: number]>> = {
  chunkTokens: [32, 8192],
  chunkOverlapTokens: [0, 4096],
  maxFileBytes: [1, 1024 * MEGABYTE],
  maxUncompressedBytes: [1, 2048 * MEGABYTE],
  maxFiles: [1, 10_000_000],
  memoryLimitMb: [64, 65_536],
  fileTimeoutMs: [100, 3_600_000],
  commitChunks: [1, 100_000],
  commitIntervalMs: [0, 600_000],
  maxParallelJobs: [1, 64],
  maxWaitingJobs: [0, 10_000],
  idleWorkerMs: [0, 86_400_000],
  watchDebounceMs: [0, 600_000],
};

/** Fills in defaults and freezes. Throws `config_invalid`, naming the key as `ingest.<key>`. */
export function resolveIngestSettings(given: Partial<IngestSettings> = {}): IngestSettings {
  const settings = { ...DEFAULT_INGEST_SETTINGS, ...given };
  for (const key of Object.keys(RANGES) as (keyof IngestSettings)[]) {
    const [least, most] = RANGES[key];
    if (!Number.isInteger(settings[key]) || settings[key] < least || settings[key] > most)
      throw invalid(key, `must be a whole number from ${least} to ${most}`);
  }
  if (settings.chunkOverlapTokens * 2 > settings.chunkTokens)
    throw invalid('chunkOverlapTokens', 'must be at most half of ingest.chunkTokens');
  return Object.freeze(settings);
}

function invalid(key: keyof IngestSettings, reason: string): NaraeError {
  return new NaraeError('config_invalid', { values: { key: `ingest.${key}`, reason, origin: 'options' } });
}
