import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createEmbedder, type Embedder } from '../../dist/retrieval/index.js';
import { type Half, PAIR_SETS } from './datasets.js';
import { configuredEmbedder } from './embedders.js';
import { asMarkdown, asText, type EmbedderReport, type SetReport } from './report.js';
import { timeScan } from './scan.js';
import { scorePairs } from './scored.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      sets: { type: 'string' },
      half: { type: 'string', default: 'held-out' },
      'base-url': { type: 'string' },
      model: { type: 'string' },
      'model-dir': { type: 'string' },
    },
  });
  const folder = resolve(values.data ?? join(ROOT, '../shared/data'));
  const names = values.sets?.split(',') ?? Object.keys(PAIR_SETS);
  const reports = [
    await evaluate(await createEmbedder({ kind: 'builtin' }), names, folder, halfNamed(values.half)),
  ];
  const configured = await configuredEmbedder(values);
  if (configured) reports.push(await evaluate(configured, names, folder, halfNamed(values.half)));
  if (!values.sets && values.half === 'held-out') writeReport(reports);
}

function halfNamed(name: string): Half {
  if (name === 'tuning' || name === 'held-out') return name;
  throw new Error('--half is "tuning" or "held-out".');
}

async function evaluate(
  embedder: Embedder,
  names: readonly string[],
  folder: string,
  half: Half,
): Promise<EmbedderReport> {
  const sets: SetReport[] = [];
  try {
    for (const name of names) {
      const read = PAIR_SETS[name];
      if (!read) throw new Error(`There is no set "${name}". Sets: ${Object.keys(PAIR_SETS).join(', ')}.`);
      const report = { name, pairs: await scorePairs(read(folder, half), embedder) };
      console.log(asText(embedder.id, report));
      sets.push(report);
    }
    const questions = PAIR_SETS['qqp-gptcache']!(folder, half).pairs.map(({ a }) => a);
    return { embedder: embedder.id, sets, times: await timeScan(questions, embedder) };
  } finally {
    await embedder.close();
  }
}

function writeReport(reports: readonly EmbedderReport[]): void {
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(
    join(ROOT, 'docs/reference/semantic-cache.md'),
    asMarkdown(reports, 'npm run eval:semantic-cache', date),
  );
  console.log('Wrote docs/reference/semantic-cache.md');
}

await main();
