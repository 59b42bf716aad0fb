import { count, duration } from '../numbers.js';
import type { Terminal } from '../terminal.js';
import { perSecond, timeText } from './format.js';
import type { BenchView } from './view.js';

/** Plain lines, for logs and pipes. */
export function lineView(terminal: Pick<Terminal, 'note'>): BenchView {
  return {
    intervalMs: 5000,
    update: ({ elapsedMs, durationMs, ok, failed, inFlight, requestsPerSecond, firstTokenMs }) => {
      const aim = durationMs === undefined ? '' : ` of ${duration(durationMs)}`;
      const rate = `${perSecond(requestsPerSecond)} requests/s`;
      const times = `first token p50 ${timeText(firstTokenMs, 'p50')}, p99 ${timeText(firstTokenMs, 'p99')}`;
      terminal.note(
        `${duration(elapsedMs)}${aim}: ${count(ok)} complete, ${count(failed)} failed, ${count(inFlight)} under way, ${rate}, ${times}`,
      );
    },
    stop: () => {},
  };
}
