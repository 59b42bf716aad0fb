import type { LoadSnapshot } from '../../lab/index.js';
import { count, duration } from '../numbers.js';
import type { Terminal } from '../terminal.js';
import { milliseconds, perSecond } from './format.js';
import type { BenchView } from './view.js';

const BAR_WIDTH = 30;
const HISTORY = 60;
const BARS = '▁▂▃▄▅▆▇█';

/** A block of lines on stderr that is drawn over itself; gone once it stops. */
export function liveView(terminal: Pick<Terminal, 'note'>): BenchView {
  const rates: number[] = [];
  let drawnLines = 0;
  // Up over the last picture, then clear to the end of the screen.
  const erase = (): string => (drawnLines === 0 ? '' : `\u001b[${drawnLines}A\r\u001b[J`);
  return {
    intervalMs: 250,
    update: (snapshot) => {
      rates.push(snapshot.tokensPerSecond);
      if (rates.length > HISTORY) rates.shift();
      const lines = pictureLines(snapshot, rates);
      terminal.note(erase() + lines.join('\n'));
      drawnLines = lines.length;
    },
    stop: () => {
      // `note` ends its line, so the cursor is moved back over that one as well.
      if (drawnLines > 0) terminal.note(`${erase()}\u001b[1A`);
      drawnLines = 0;
    },
  };
}

/** The picture of one moment; every line fits 80 columns. */
export function pictureLines(snapshot: LoadSnapshot, rates: readonly number[]): string[] {
  const { ok, failed, inFlight, requestsPerSecond, tokensPerSecond, firstTokenMs, interTokenMs } = snapshot;
  return [
    progress(snapshot),
    `${count(ok)} complete · ${count(failed)} failed · ${count(inFlight)} under way`,
    `${perSecond(requestsPerSecond)} requests/s · ${perSecond(tokensPerSecond)} tokens/s`,
    `first token  p50 ${milliseconds(firstTokenMs.p50)}  p95 ${milliseconds(firstTokenMs.p95)}  p99 ${milliseconds(firstTokenMs.p99)}`,
    `next token   p50 ${milliseconds(interTokenMs.p50)}  p95 ${milliseconds(interTokenMs.p95)}  p99 ${milliseconds(interTokenMs.p99)}`,
    `tokens/s     ${sparkline(rates)}`,
  ];
}

function progress({ elapsedMs, durationMs }: LoadSnapshot): string {
  if (durationMs === undefined) return duration(elapsedMs);
  const done = Math.round(Math.min(1, elapsedMs / durationMs) * BAR_WIDTH);
  const bar = '█'.repeat(done) + '░'.repeat(BAR_WIDTH - done);
  const state = elapsedMs > durationMs ? 'waiting for the last answers' : `of ${duration(durationMs)}`;
  return `${bar} ${duration(elapsedMs)} ${state}`;
}

/** Values as a row of bars; the tallest is the largest. */
export function sparkline(values: readonly number[]): string {
  const largest = Math.max(...values, 1);
  return values.map((value) => BARS[Math.round((value / largest) * (BARS.length - 1))]).join('');
}
