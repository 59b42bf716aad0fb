/**
 * `npm run bench:ingest [-- --data DIR]`: how fast a folder is indexed, and what an edit costs.
 * DIR holds `docs-fastapi`, two states of the same documentation; default: ../shared/data.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createIngestService, type IngestReport } from '../../dist/ingest/index.js';
import { openRetrieval } from '../../dist/retrieval/index.js';
import { withPeakMemory } from './memory.js';
import { writeSyntheticFolder } from './synthetic.js';
import { markdownTable, type Row } from './table.js';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({ options: { data: { type: 'string' } } });
const DOCS = resolve(values.data ?? resolve(ROOT, '../shared/data'), 'docs-fastapi');

if (!existsSync(join(DOCS, '2025-10'))) {
  console.error('The folder docs-fastapi was not found. Say where it is: npm run bench:ingest -- --data DIR');
  process.exit(1);
}

const work = mkdtempSync(join(tmpdir(), 'narae-bench-'));
try {
  const rows = [...(await benchEdit()), ...(await benchSynthetic())];
  const table = markdownTable(rows);
  console.log(`\n${table}\n`);
  writePage(table);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The same folder first as it was in 2025-10, then unchanged, then as it was in 2026-08. */
async function benchEdit(): Promise<Row[]> {
  const folder = join(work, 'docs');
  cpSync(join(DOCS, '2025-10'), folder, { recursive: true });
  const rows = [await index('FastAPI docs of 2025-10 (en, ko)', folder, 'docs')];
  rows.push(await index('the same again, nothing changed', folder, 'docs'));
  rmSync(folder, { recursive: true });
  cpSync(join(DOCS, '2026-08'), folder, { recursive: true });
  rows.push(await index('the folder switched to 2026-08', folder, 'docs'));
  return rows;
}

async function benchSynthetic(): Promise<Row[]> {
  const folder = join(work, 'synthetic');
  mkdirSync(folder);
  const { documents, bytes } = writeSyntheticFolder(folder);
  const name = `${documents} synthetic documents, ${Math.round(bytes / 1e6)} MB (en, ko)`;
  const rows = [await index(name, folder, 'synthetic')];
  rows.push(await index('the same again, nothing changed', folder, 'synthetic'));
  return rows;
}

/** One run as the command line makes it, the start of the worker included. */
async function index(what: string, folder: string, collection: string): Promise<Row> {
  const dataDir = join(work, 'data');
  const target = { tenant: 'bench', collection };
  const retrieval = await openRetrieval({ dataDir });
  const service = createIngestService({ dataDir }, {}, () => {}, retrieval.store);
  try {
    const startedMs = performance.now();
    const startedCpu = process.cpuUsage();
    const { result, peakBytes } = await withPeakMemory(() => service.ingestFolder(folder, target));
    const seconds = (performance.now() - startedMs) / 1000;
    const { user, system } = process.cpuUsage(startedCpu);
    const cpuSeconds = (user + system) / 1e6;
    const { chunks } = await retrieval.store.getCollection(target.tenant, collection);
    const row = rowOf(what, result, { seconds, cpuSeconds, peakBytes, chunks });
    console.log(`${what}: ${row.seconds} s, ${row.embedded} embedded, ${row.reused} kept`);
    return row;
  } finally {
    await service.close();
    await retrieval.close();
  }
}

function rowOf(
  what: string,
  { documents, chunks }: IngestReport,
  measured: { seconds: number; cpuSeconds: number; peakBytes: number; chunks: number },
): Row {
  const { seconds, cpuSeconds } = measured;
  const read = documents.added + documents.changed;
  const rate =
    read === 0 ? '–' : Math.round((chunks.embedded + chunks.reused) / cpuSeconds).toLocaleString('en');
  return {
    what,
    documents: `${read} of ${read + documents.unchanged}`,
    chunks: measured.chunks.toLocaleString('en'),
    embedded: chunks.embedded.toLocaleString('en'),
    reused: chunks.reused.toLocaleString('en'),
    seconds: seconds.toFixed(2),
    cpuSeconds: cpuSeconds.toFixed(2),
    rate,
    peak: Math.round(measured.peakBytes / 2 ** 20).toLocaleString('en'),
  };
}

function writePage(table: string): void {
  const date = new Date().toISOString().slice(0, 10);
  const text = `# Ingest speed

Measured on ${date} with Node ${process.versions.node} by \`npm run bench:ingest\`; built-in embedder, default settings (512 tokens, 50 overlap). Times are whole runs, the start of the worker thread included; CPU seconds are those of all threads, and tell more than seconds on a machine that does other things as well. "Kept" are chunks whose text and headings did not change, in documents that did. Peak RSS is that of the whole process.

${table}

The two states of the FastAPI documentation are ten months apart: nearly every page was edited, links were rewritten on most, and the Korean pages were translated anew.
`;
  writeFileSync(join(ROOT, 'docs/reference/ingest-speed.md'), text);
}
