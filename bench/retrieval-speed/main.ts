/** `npm run bench:retrieval [-- sizes…]`: see the README beside this file. */
import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildResult } from './build-phase.js';
import { DIMENSIONS } from './corpus.js';
import type { Latency, SearchResult } from './search-phase.js';

const DEFAULT_SIZES = [10_000, 100_000, 300_000];
const REPORT = fileURLToPath(new URL('../../docs/reference/retrieval-speed.md', import.meta.url));

interface Measured {
  readonly chunks: number;
  readonly diskMb: number;
  readonly build: BuildResult;
  readonly search: SearchResult;
}

const sizes = process.argv
  .slice(2)
  .map(Number)
  .filter((size) => size > 0);
const measured: Measured[] = [];
for (const chunks of sizes.length > 0 ? sizes : DEFAULT_SIZES) measured.push(await measure(chunks));
const report = render(measured);
console.log(report);
writeFileSync(REPORT, report);

async function measure(chunks: number): Promise<Measured> {
  const dataDir = mkdtempSync(join(tmpdir(), 'narae-bench-'));
  try {
    console.error(`${chunks} chunks: indexing …`);
    const build = await runPhase<BuildResult>('build', dataDir, chunks);
    console.error(`${chunks} chunks: searching …`);
    const search = await runPhase<SearchResult>('search', dataDir, chunks);
    return { chunks, diskMb: folderBytes(dataDir) / 2 ** 20, build, search };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function runPhase<Result>(phase: string, dataDir: string, chunks: number): Promise<Result> {
  const script = fileURLToPath(new URL('./phase.js', import.meta.url));
  const child = fork(script, [phase, dataDir, String(chunks)]);
  return new Promise((resolve, reject) => {
    child.on('message', (message) => resolve(message as Result));
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the ${phase} phase ended with ${code}`)));
  });
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, entry) => bytes + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function render(all: readonly Measured[]): string {
  const rows: [string, (each: Measured) => string][] = [
    [
      'indexing, chunks a second (all work but embedding)',
      ({ chunks, build }) => (chunks / build.seconds).toFixed(0),
    ],
    ['… of which `optimise`, s', ({ build }) => build.optimiseSeconds.toFixed(1)],
    ['peak memory while indexing, MB', ({ build }) => build.rssMb.toFixed(0)],
    ['size on disk, MB', ({ diskMb }) => diskMb.toFixed(0)],
    ['open and warm, ms', ({ search }) => search.openMs.toFixed(0)],
    ['… until the first hybrid answer, ms', ({ search }) => search.firstAnswerMs.toFixed(0)],
    ['memory when idle, MB', ({ search }) => search.idleRssMb.toFixed(0)],
    ['memory after 1,300 searches, MB', ({ search }) => search.searchedRssMb.toFixed(0)],
    ['vector search, p50 / p99 ms', ({ search }) => latency(search.vector)],
    ['keyword search, p50 / p99 ms', ({ search }) => latency(search.keyword)],
    ['hybrid search, p50 / p99 ms', ({ search }) => latency(search.hybrid)],
    ['hybrid with a filter (1 in 40), p50 / p99 ms', ({ search }) => latency(search.filtered)],
    ['vector recall@10', ({ search }) => search.recallAt10.toFixed(3)],
    ['100 queries in one request, against one by one', ({ search }) => `${search.batchSpeedUp.toFixed(1)} ×`],
    [
      'event-loop delay while searching, p99 / max ms',
      ({ search }) => `${search.loopDelayP99Ms.toFixed(1)} / ${search.loopDelayMaxMs.toFixed(1)}`,
    ],
  ];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return `# Speed of retrieval

Written by \`npm run bench:retrieval\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.versions.node}, ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${DIMENSIONS} dimensions. Questions of 3 to 8 words, k = 10, caches off; the corpus is made from a seed ([bench/retrieval-speed](../../bench/retrieval-speed/README.md)). The event-loop delay includes the timer's own millisecond.

${line(['', ...all.map(({ chunks }) => `${chunks.toLocaleString('en')} chunks`)])}
${line(['---', ...all.map(() => '--:')])}
${rows.map(([name, value]) => line([name, ...all.map(value)])).join('\n')}
`;
}

function latency({ p50Ms, p99Ms }: Latency): string {
  return `${p50Ms.toFixed(1)} / ${p99Ms.toFixed(1)}`;
}
