import type { SearchMode } from '../../dist/retrieval/index.js';
import type { Quality } from './metrics.js';

export const MODES: readonly SearchMode[] = ['keyword', 'vector', 'hybrid'];

export interface EvalRow {
  readonly name: string;
  readonly passages: number;
  readonly questions: number;
  readonly modes: Readonly<Record<SearchMode, Quality>>;
}

const HEAD = `# Retrieval quality

How well the engine finds the passage that answers a question, on public sets in English and Korean: the real index
and search worker, one passage a chunk, the built-in embedder, every setting at its default. nDCG, recall and MRR look
at the first 10 results; more is better, 1 is perfect.
`;

const NOTES = `
- Parameters (analysis of text, the embedder's features, the weight of fusion) were chosen on \`scifact train\` and on
  \`korquad1-dev, other titles\`, and are the same for all sets. xquad-en has no part of its own for that: its questions were seen while choosing.
- With other hash seeds the built-in embedder moves hybrid figures by up to 0.001: on xquad-en, where keyword search
  leaves little to gain, hybrid and keyword are equal within that.
- \`xquad-en, pooled with scifact\` searches both corpora at once. korquad1-dev has all 140 articles in its corpus.
- Titles of scifact's abstracts are their headings; the other sets' passages have none.
- The built-in embedder knows spelling, not meaning: alone it is weaker than keyword search, and in hybrid search it has
  a small say. An embedding model adds more.
`;

export function asMarkdown(rows: readonly EvalRow[], command: string, date: string): string {
  const head = `| questions | n | passages | measure | ${MODES.join(' | ')} |`;
  const rule = `| --- | --- | --- | --- | ${MODES.map(() => '---').join(' | ')} |`;
  const body = rows.flatMap((row) => [
    line(row, `| ${row.name} | ${row.questions} | ${row.passages} |`, 'nDCG@10', (quality) => quality.ndcg),
    line(row, '| | | |', 'recall@10', (quality) => quality.recall),
    line(row, '| | | |', 'MRR@10', (quality) => quality.mrr),
  ]);
  const origin = `Measured on ${date} with Node ${process.versions.node} by \`${command}\`.\n`;
  return [HEAD, origin, [head, rule, ...body].join('\n'), NOTES].join('\n');
}

function line(row: EvalRow, start: string, measure: string, pick: (quality: Quality) => number): string {
  return `${start} ${measure} | ${MODES.map((mode) => pick(row.modes[mode]).toFixed(4)).join(' | ')} |`;
}

export function asText(row: EvalRow): string {
  const figures = MODES.map((mode) => {
    const { ndcg, recall, mrr } = row.modes[mode];
    return `${mode} ${[ndcg, recall, mrr].map((value) => value.toFixed(4)).join(' / ')}`;
  });
  return `${row.name.padEnd(34)} ${figures.join('   ')}`;
}
