import type { LoadSnapshot } from '../../lab/index.js';
import type { Terminal } from '../terminal.js';
import { lineView } from './lines.js';
import { liveView } from './live.js';

/** Shows a run while it goes on. */
export interface BenchView {
  /** How often it wants to be told. */
  readonly intervalMs: number;
  update(snapshot: LoadSnapshot): void;
  /** Removes what it drew. */
  stop(): void;
}

/** A picture that is drawn anew on a terminal, a line every few seconds elsewhere. */
export function benchView(terminal: Terminal): BenchView {
  return terminal.isInteractive ? liveView(terminal) : lineView(terminal);
}
