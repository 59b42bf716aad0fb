import type { Clock } from '../../core/index.js';
import type { IndexWriter } from '../../retrieval/spec.js';
import type { IngestSettings } from '../options.js';
import type { FailedFile, IngestProgress } from '../spec.js';

/** What a run tells while it goes on. */
export type RunEvent =
  | { readonly type: 'progress'; readonly progress: IngestProgress }
  | { readonly type: 'file-failed'; readonly failure: FailedFile }
  | { readonly type: 'committed'; readonly version: number };

/** What a run works with. */
export interface RunContext {
  readonly writer: IndexWriter;
  readonly settings: IngestSettings;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  emit(event: RunEvent): void;
  /** Told which file is being read and chunked, and when none is, for whoever watches for files that kill. */
  readonly current: { set(source: string | undefined): void };
  /** Files that must not be read again in this run, with what is to be reported. */
  readonly excluded: readonly FailedFile[];
}
