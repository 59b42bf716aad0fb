import type { LoadOptions, LoadReport } from '../../lab/index.js';
import { reportMarkdown } from '../bench/markdown.js';
import { readShape, readTarget, seconds } from '../bench/options.js';
import { reportLines } from '../bench/text.js';
import { benchView } from '../bench/view.js';
import { type CommandContext, type CommandDefinition, type CommandInput, OK } from '../command.js';
import { EXIT_CODES, type ExitCode } from '../exit-codes.js';
import { plural } from '../numbers.js';
import { OwnInput } from '../own-input.js';

const DEFAULT_DURATION_SECONDS = 10;

export const benchCommand: CommandDefinition = {
  name: 'bench',
  summary: 'Put load on any OpenAI-compatible server and report times, throughput and errors',
  arguments: [{ name: '<url>', description: 'Address of the server, with or without /v1' }],
  options: [
    { flags: '--model <name>', description: 'Model to ask (default: the first that the server lists)' },
    { flags: '--concurrency <n>', description: 'Clients that ask again as soon as answered (default: 10)' },
    { flags: '--rate <n>', description: 'Requests a second, whatever the server does' },
    { flags: '--poisson', description: 'With --rate: at random intervals, as independent users come' },
    { flags: '--trace <file>', description: 'Replay arrival times: CSV or JSON Lines, also .gz' },
    {
      flags: '--trace-unit <unit>',
      description: 'What numbers in the trace count (default: ms)',
      choices: ['ms', 's'],
    },
    { flags: '--speed <n>', description: 'With --trace: so many times as fast (default: 1)' },
    {
      flags: '--duration <seconds>',
      description: `How long to start requests (default: ${DEFAULT_DURATION_SECONDS}; a trace: to its end)`,
    },
    { flags: '--requests <n>', description: 'Most requests to start' },
    { flags: '--ramp <seconds>', description: 'With --concurrency: start the clients over this time' },
    { flags: '--warmup <n>', description: 'Requests before anything is counted (default: 0)' },
    { flags: '--timeout <seconds>', description: 'Longest that an answer may take (default: 120)' },
    { flags: '--max-in-flight <n>', description: 'Streams at once with --rate and --trace (default: 10000)' },
    { flags: '--prompt <text>', description: 'What to ask; {n} becomes the number of the request' },
    { flags: '--prompts <file>', description: 'What to ask, one prompt a line, in turn' },
    { flags: '--max-tokens <n>', description: 'Most tokens of an answer' },
    { flags: '--body <json>', description: 'Further fields of every request' },
    { flags: '--api-key-file <path>', description: 'File with the API key' },
    { flags: '--pid <n>', description: "Report this process's CPU and memory, with its children (Linux)" },
    { flags: '--json', description: 'Print the report as JSON' },
    { flags: '--markdown', description: 'Print the report as Markdown' },
  ],
  shownKeys: [],
  examples: [
    'narae bench http://127.0.0.1:8000 --concurrency 200 --duration 30',
    'narae bench http://127.0.0.1:8000 --rate 50 --poisson --pid 4321',
    `narae bench http://127.0.0.1:8000 --trace arrivals.csv.gz --speed 10 --body '{"narae":{"retrieval":false}}'`,
  ],
  run: bench,
};

async function bench(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const { terminal, interrupted } = context;
  const lab = await import('../../lab/index.js');
  const own = new OwnInput('bench', input);
  if (own.isSet('json') && own.isSet('markdown'))
    throw own.refused('markdown', '--json and --markdown exclude each other.');
  const signal = AbortSignal.any([interrupted, terminal.outputClosed]);
  const target = await readTarget(own, context.loaded.config);
  const shape = await readShape(own, lab.readTrace);
  const model = own.text('model') ?? (await lab.findModel(target, signal));
  const limits = readLimits(own, shape.kind);
  if (limits.warmupRequests)
    terminal.note(`Warming up with ${plural(limits.warmupRequests, 'request')}, one after another …`);
  const view = benchView(terminal);
  try {
    const report = await lab.runLoad({
      target: { ...target, model },
      shape,
      ...limits,
      signal,
      onSnapshot: view.update,
      snapshotMs: view.intervalMs,
    });
    view.stop();
    terminal.out(rendered(report, own));
    return exitCodeFor(report, interrupted);
  } finally {
    view.stop();
  }
}

type Limits = Pick<
  LoadOptions,
  'durationMs' | 'requests' | 'warmupRequests' | 'timeoutMs' | 'maxInFlight' | 'pid'
>;

function readLimits(own: OwnInput, kind: LoadOptions['shape']['kind']): Limits {
  const billion = { min: 1, max: 1_000_000_000 };
  const requests = own.number('requests', billion);
  const isBounded = requests !== undefined || kind === 'trace';
  const durationSeconds = seconds(own, 'duration') ?? (isBounded ? undefined : DEFAULT_DURATION_SECONDS);
  const timeoutSeconds = seconds(own, 'timeout');
  const limits = {
    durationMs: inMs(durationSeconds),
    requests,
    warmupRequests: own.number('warmup', { ...billion, min: 0 }),
    timeoutMs: inMs(timeoutSeconds),
    maxInFlight: own.number('maxInFlight', { min: 1, max: 50_000 }),
    pid: own.number('pid', { min: 1, max: 2 ** 31 }),
  };
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.ceil(seconds * 1000);
}

function rendered(report: LoadReport, own: OwnInput): string {
  if (own.isSet('json')) return `${JSON.stringify(report, undefined, 2)}\n`;
  return own.isSet('markdown') ? reportMarkdown(report) : `${reportLines(report).join('\n')}\n`;
}

/** An interrupted run still has its report; a server that answered nothing did not do its part. */
function exitCodeFor({ requests }: LoadReport, interrupted: AbortSignal): ExitCode {
  if (interrupted.aborted) return EXIT_CODES.interrupted.code;
  return requests.ok === 0 && requests.failed > 0 ? EXIT_CODES.upstream.code : OK;
}
