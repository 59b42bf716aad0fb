import type { IngestProgress } from '../../ingest/spec.js';
import type { Terminal } from '../terminal.js';
import { barView } from './bar.js';
import { lineView } from './lines.js';

/** Shows one run of indexing. */
export interface ProgressView {
  update(progress: IngestProgress): void;
  /** Ends the display; may be called any number of times, and updates after it are ignored. */
  stop(): void;
}

/** A bar on a terminal, a line every few seconds elsewhere. */
export function progressView(terminal: Terminal): ProgressView {
  return terminal.isInteractive ? barView() : lineView(terminal);
}
