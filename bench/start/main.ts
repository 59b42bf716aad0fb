/** `npm run bench:start [-- --documents N]`: how long `narae serve` takes until it answers, and what it holds. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeSyntheticFolder } from '../ingest/synthetic.js';
import { type IdleFigures, measureBare, measureIdle, measureStart, type StartFigures } from './rounds.js';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const COMMAND = join(ROOT, 'dist/bin/narae.js');
const ROUNDS = 9;
const HEAD = [
  '| what is started | listening, ms | ready, ms | CPU to ready, ms | first answer, ms | idle, MB | after an answer, MB |',
  '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
];

const busy = loadavg()[0]?.toFixed(1) ?? '0';
const { values } = parseArgs({ options: { documents: { type: 'string', default: '6200' } } });
const work = mkdtempSync(join(tmpdir(), 'narae-bench-'));
try {
  const folder = join(work, 'documents');
  const dataDir = join(work, 'data');
  mkdirSync(folder);
  const { documents } = writeSyntheticFolder(folder, Number(values.documents));
  console.log(`Indexing ${documents} documents …`);
  const chunks = index(folder, dataDir);
  const serve = (...args: string[]) => [COMMAND, 'serve', ...args, '--port', '0', '--log-level', 'error'];
  const cases = [
    { what: `index of ${chunks.toLocaleString('en')} chunks`, args: serve('--data', dataDir) },
    { what: 'the same, and its unchanged folder', args: serve(folder, '--data', dataDir) },
  ];
  const rows = [await bareRow()];
  for (const { what, args } of cases) rows.push(await rowOf(what, args));
  const table = [...HEAD, ...rows].join('\n');
  console.log(`\n${table}\n`);
  writePage(table);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function index(folder: string, dataDir: string): number {
  const args = [COMMAND, 'ingest', folder, '--data', dataDir, '--json'];
  const report = execFileSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  return (JSON.parse(report) as { chunks: { embedded: number } }).chunks.embedded;
}

async function bareRow(): Promise<string> {
  const runs = await rounds(measureBare);
  const of = (key: 'listeningMs' | 'idleMb'): string => middle(runs.map((run) => run[key]));
  return line(['a bare `node:http` server', of('listeningMs'), '–', '–', '–', of('idleMb'), '–']);
}

async function rowOf(what: string, args: readonly string[]): Promise<string> {
  await measureStart(args); // files into the system's cache: the first start after a boot is the disk's
  const runs = await rounds(() => measureStart(args));
  const idle: IdleFigures = await measureIdle(args);
  const of = (key: keyof StartFigures): string => middle(runs.map((run) => run[key]));
  const memory = [idle.idleMb, idle.afterAnswerMb].map((mb) => mb.toFixed(0));
  return line([what, of('listeningMs'), of('readyMs'), of('readyCpuMs'), of('answerMs'), ...memory]);
}

async function rounds<Result>(run: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let round = 0; round < ROUNDS; round++) results.push(await run());
  return results;
}

/** Median, then the least and the most. */
function middle(figures: readonly number[]): string {
  const sorted = figures.toSorted((a, b) => a - b).map((figure) => figure.toFixed(0));
  return `${sorted[sorted.length >> 1]} (${sorted[0]}–${sorted.at(-1)})`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function writePage(table: string): void {
  const date = new Date().toISOString().slice(0, 10);
  const text = `# Start

Measured on ${date} with Node ${process.versions.node} by \`npm run bench:start\`, on the real command with the built-in embedder; ${availableParallelism()} cores, load ${busy} from other work when it began. Milliseconds count from making the process; they are medians of ${ROUNDS} starts, with the least and the most in brackets. CPU is that of all threads. Memory is the resident set after five quiet seconds.

${table}

The first answer reads the vectors that are scanned exactly into memory, one byte a dimension; before it, they are left on disk.
`;
  writeFileSync(join(ROOT, 'docs/reference/start.md'), text);
}
