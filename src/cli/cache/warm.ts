import { SingleBar } from 'cli-progress';
import type { Terminal } from '../terminal.js';
import type { WarmOutcome } from './caches.js';

export type WarmCounts = Record<WarmOutcome, number>;

/** Counts the outcomes, with a bar on a terminal. */
export async function countOutcomes(
  terminal: Terminal,
  total: number,
  outcomes: AsyncIterable<WarmOutcome>,
): Promise<WarmCounts> {
  const counts: WarmCounts = { kept: 0, written: 0, failed: 0 };
  const bar = terminal.isInteractive ? barOf(total) : undefined;
  try {
    for await (const outcome of outcomes) {
      counts[outcome]++;
      bar?.increment(1, { ...counts });
    }
  } finally {
    bar?.stop();
  }
  return counts;
}

function barOf(total: number): SingleBar {
  const bar = new SingleBar({
    format:
      'Asking {bar} {percentage}% · {value}/{total} · {written} new · {failed} failed · ETA {eta_formatted}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 10,
    clearOnComplete: true,
    gracefulExit: false,
    stream: process.stderr,
  });
  bar.start(total, 0, { kept: 0, written: 0, failed: 0 });
  return bar;
}
