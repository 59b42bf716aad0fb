import type { Results } from './report.js';

const LEVEL = 200;
const MB = 2 ** 20;

/** Each target with its figure in this run, and whether it is met. */
export function judge({ cells, open, memory }: Results): string[] {
  const at = cells.get(LEVEL);
  const [floor, narae] = [at?.get('floor'), at?.get('narae')];
  const lines: string[] = [];
  if (floor && narae) {
    const cpu = (pick: 'pacedCpu' | 'burstCpu') => (narae[pick] ?? 0) / (floor[pick] ?? 1);
    lines.push(
      verdict('CPU of a trickling stream, against the bare relay', cpu('pacedCpu'), '≤', 1.5, '×'),
      verdict('CPU of an answer that comes at once, against the bare relay', cpu('burstCpu'), '≤', 1.5, '×'),
      verdict(
        'first token, p50 over the bare relay',
        narae.firstTokenP50 - floor.firstTokenP50,
        '≤',
        1,
        'ms',
      ),
      verdict(
        'first token, p99 over the bare relay',
        narae.firstTokenP99 - floor.firstTokenP99,
        '≤',
        5,
        'ms',
      ),
    );
  }
  for (const peer of ['portkey', 'langgraph']) {
    const other = at?.get(peer);
    if (!narae || !other) continue;
    const times = narae.requestsPerSecond / other.requestsPerSecond;
    lines.push(verdict(`requests/s, against ${peer}`, times, '≥', 5, '×'));
  }
  return [...lines.map((line) => `${LEVEL} streams: ${line}`), ...openLines(open), ...memoryLines(memory)];
}

function verdict(what: string, value: number, sign: '≤' | '≥', target: number, unit: string): string {
  const isMet = sign === '≤' ? value <= target : value >= target;
  return `${what}: **${value.toFixed(2)} ${unit}** (target ${sign} ${target} ${unit}: ${isMet ? 'met' : 'missed'})`;
}

function openLines(open: Results['open']): string[] {
  if (!open) return [];
  const { started, peak, failed, failures, rssPeak, workers, fileLimit } = open;
  const isMet = failed === 0 && peak === started && rssPeak < 1024 * MB;
  const why =
    workers === 1
      ? ''
      : `; ${workers} worker processes, since this machine allows a process ${fileLimit.toLocaleString('en')} open files and a stream takes two`;
  const words = failures.length > 0 ? ` (${failures.join('; ')})` : '';
  return [
    `Open at once: **${peak.toLocaleString('en')} streams, ${failed} failed${words}, ${(rssPeak / MB).toFixed(0)} MB** (target: ${started.toLocaleString('en')}, none failed, < 1,024 MB: ${isMet ? 'met' : 'missed'}${why})`,
  ];
}

function memoryLines(memory: Results['memory']): string[] {
  if (!memory) return [];
  const { minutes, requests, failed, rssStart, rssEnd, bytesPerMinute } = memory;
  return [
    `Memory over ${minutes} min of load (${requests.toLocaleString('en')} answers, ${failed} failed): ${(rssStart / MB).toFixed(0)} → ${(rssEnd / MB).toFixed(0)} MB, slope **${(bytesPerMinute / MB).toFixed(2)} MB a minute**`,
  ];
}
