import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Entrant } from './field.js';
import type { Cell } from './measure.js';
import type { MemorySlope } from './memory.js';
import type { OpenStreams } from './open-streams.js';
import type { BenchOptions } from './options.js';
import { judge } from './targets.js';

export interface Results {
  readonly entrants: readonly Entrant[];
  /** By level, then by contender. */
  readonly cells: ReadonlyMap<number, ReadonlyMap<string, Cell>>;
  readonly open: OpenStreams | undefined;
  readonly memory: MemorySlope | undefined;
}

const COLUMNS = [
  'streams at once',
  'server',
  'first token p50, added ms',
  'p99, added ms',
  'CPU ms a stream, trickling',
  'CPU ms a stream, at once',
  'requests/s, at once',
  'memory MB',
  'failed',
];

/** The whole page. */
export function asMarkdown(results: Results, options: BenchOptions, load: string): string {
  return [
    '# Gateway benchmark',
    'What Narae adds to a stream, beside a bare relay and beside what others would use. Written by `npm run bench:gateway` ([bench/gateway](../../bench/gateway/README.md)); only the ratios within one run mean something on another machine.',
    `Measured on ${new Date().toISOString().slice(0, 10)} by \`${options.command}\`: Node ${process.versions.node}, ${machine()}, ${load}. ${rounds(options)}`,
    table(results),
    judge(results)
      .map((line) => `- ${line}`)
      .join('\n'),
    NOTES,
  ].join('\n\n');
}

const NOTES = `How to read it:

- Every answer has 60 tokens, one event each. *Trickling*: the first after 100 ms, then 20 a second, starts spread evenly. *At once*: the mock sends all of it immediately and each client asks again at once, so the requests/s are the most that the server does on one core while the mock and the load generator use the other.
- Added first-token times are percentiles of trickling streams, less those of the mock itself at the same level. The row of the mock has the whole times.
- Each figure follows two seconds of load that do not count: memory that a program has not used for a minute may have been taken back by the system, and is paid for once when it is used again.
- CPU is all threads of the server's process, user and system, from \`/proc/<pid>/stat\`, divided by complete streams. Memory is the largest resident set seen.
- Narae runs as \`npm start\` runs it, with \`--max-semi-space-size=32\`, the others with Node's own options: access checks, validation, metrics, logs, deadlines, all on. *With retrieval*: hybrid search over the project's guides, the passages in the prompt, citations checked.
- The bare relay writes once for each event that comes in; Narae writes once for all that came in together.
- \`@portkey-ai/gateway\` runs with \`@hono/node-server\` 1.13.8: with newer ones that its version range allows it answers nothing but status 500.
`;

function machine(): string {
  const cores = availableParallelism();
  return `${cores} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
}

function rounds({ rounds: count }: BenchOptions): string {
  return count === 1 ? 'One round.' : `Medians of ${count} rounds.`;
}

function table({ entrants, cells }: Results): string {
  const rows = [...cells].flatMap(([streams, byName]) => {
    const direct = byName.get('direct');
    return entrants.map((entrant) => row(streams, entrant, byName.get(entrant.contender.name), direct));
  });
  const rule = COLUMNS.map((_, index) => (index === 1 ? '---' : '--:'));
  return [COLUMNS, rule, ...rows].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function row(streams: number, entrant: Entrant, cell: Cell | undefined, direct: Cell | undefined): string[] {
  const head = [streams.toLocaleString('en'), entrant.contender.title];
  if (entrant.kind === 'absent') return [...head, `cannot run: ${entrant.reason}`, '', '', '', '', '', ''];
  if (cell === undefined) return [...head, '', '', '', '', '', '', ''];
  const base = cell === direct ? undefined : direct;
  return [
    ...head,
    added(cell.firstTokenP50, base?.firstTokenP50, cell === direct),
    added(cell.firstTokenP99, base?.firstTokenP99, cell === direct),
    digits(cell.pacedCpu, 2),
    digits(cell.burstCpu, 2),
    digits(cell.requestsPerSecond, 0),
    cell.rssPeak === undefined ? '' : digits(cell.rssPeak / 2 ** 20, 0),
    String(cell.failed),
  ];
}

function added(value: number, base: number | undefined, isDirect: boolean): string {
  if (isDirect || base === undefined) return `(${value.toFixed(1)})`;
  return (value - base).toFixed(2);
}

function digits(value: number | undefined, count: number): string {
  return value === undefined ? '' : value.toFixed(count);
}
