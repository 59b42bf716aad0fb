import type { Distribution, LoadSnapshot } from '../../lab/index.js';
import { count, duration } from '../numbers.js';
import type { Terminal } from '../terminal.js';
import { perSecond, timeText } from './format.js';
import type { BenchView } from './view.js';

const BAR_WIDTH = 30;
const HISTORY = 60;
const BARS = '▁▂▃▄▅▆▇█';
/** On a narrow terminal lines are cut: wrapped, they would be more than are erased. */
const WRAP_OFF = '\u001b[?7l';
const WRAP_ON = '\u001b[?7h';

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
      terminal.note(erase() + WRAP_OFF + lines.join('\n') + WRAP_ON);
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
    `first token  ${percentiles(firstTokenMs)}`,
    `next token   ${percentiles(interTokenMs)}`,
    `tokens/s     ${sparkline(rates)}`,
  ];
}

function percentiles(times: Distribution): string {
  return (['p50', 'p95', 'p99'] as const).map((name) => `${name} ${timeText(times, name)}`).join('  ');
}

function progress(snapshot: LoadSnapshot): string {
  const { elapsedMs, durationMs, started, requests } = snapshot;
  const timeDone = durationMs === undefined ? 0 : elapsedMs / Math.max(1, durationMs);
  const requestsDone = requests === undefined ? 0 : started / requests;
  const done = Math.min(1, Math.max(timeDone, requestsDone));
  const filled = Math.round(done * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  return `${bar} ${duration(elapsedMs)} ${done === 1 ? 'waiting for the last answers' : aim(snapshot)}`;
}

function aim({ durationMs, started, requests }: LoadSnapshot): string {
  const time = durationMs === undefined ? [] : [`of ${duration(durationMs)}`];
  const number = requests === undefined ? [] : [`request ${count(started)} of ${count(requests)}`];
  return [...time, ...number].join(' · ');
}

/** Values as a row of bars; the tallest is the largest. */
export function sparkline(values: readonly number[]): string {
  const largest = Math.max(...values, 1);
  return values.map((value) => BARS[Math.round((value / largest) * (BARS.length - 1))]).join('');
}
