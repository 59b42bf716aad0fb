import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { SearchMode } from '../../dist/retrieval/index.js';
import { DATASETS, type Dataset, type EvalQuestion } from './datasets.js';
import { openEngine, type Ranker } from './engine.js';
import { average, judge, type Quality } from './metrics.js';
import { asMarkdown, asText, type EvalRow } from './report.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Questions in one search call. */
const BATCH = 64;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: 'string' }, sets: { type: 'string' } } });
  const folder = resolve(values.data ?? join(ROOT, '../shared/data'));
  const names = values.sets?.split(',') ?? Object.keys(DATASETS);
  const rows: EvalRow[] = [];
  console.log('nDCG@10 / recall@10 / MRR@10');
  for (const name of names) {
    for (const row of await evaluate(load(name, folder))) {
      console.log(asText(row));
      rows.push(row);
    }
  }
  if (!values.sets) writeReport(rows);
}

function load(name: string, folder: string): Dataset {
  const read = DATASETS[name];
  if (!read) throw new Error(`There is no set "${name}". Sets: ${Object.keys(DATASETS).join(', ')}.`);
  try {
    return read(folder);
  } catch (cause) {
    throw new Error(`The set "${name}" cannot be read below the data folder. Give it with --data.`, {
      cause,
    });
  }
}

async function evaluate(dataset: Dataset): Promise<EvalRow[]> {
  const ranker = await openEngine(dataset);
  try {
    const rows: EvalRow[] = [];
    for (const { name, questions } of dataset.questions) {
      const [keyword, vector, hybrid] = [
        await measure(ranker, questions, 'keyword'),
        await measure(ranker, questions, 'vector'),
        await measure(ranker, questions, 'hybrid'),
      ];
      const modes = { keyword, vector, hybrid };
      rows.push({ name, passages: dataset.passages.length, questions: questions.length, modes });
    }
    return rows;
  } finally {
    await ranker.close();
  }
}

async function measure(
  ranker: Ranker,
  questions: readonly EvalQuestion[],
  mode: SearchMode,
): Promise<Quality> {
  const qualities: Quality[] = [];
  for (let at = 0; at < questions.length; at += BATCH) {
    const batch = questions.slice(at, at + BATCH);
    const ranked = await ranker.rank(
      batch.map((question) => question.text),
      mode,
    );
    ranked.forEach((ids, index) => {
      qualities.push(judge(ids, batch[index]!.relevant));
    });
  }
  return average(qualities);
}

function writeReport(rows: readonly EvalRow[]): void {
  const date = new Date().toISOString().slice(0, 10);
  const path = join(ROOT, 'docs/reference/retrieval-quality.md');
  writeFileSync(path, asMarkdown(rows, 'npm run eval:retrieval', date));
  console.log('Wrote docs/reference/retrieval-quality.md');
}

await main();
