import { availableParallelism, cpus } from 'node:os';
import type { Outcome, Spread } from './measure.js';

export type Row = { readonly name: string } & Outcome;

const HEAD = [
  'saver',
  'stored ÷ said, 10 turns',
  '200 turns',
  'commands a turn',
  'put, 10 turns (ms)',
  'put, 200',
  'load, 10 turns (ms)',
  'load, 200',
  'cold load, 200',
  'turn, 10 turns (ms)',
  'turn, 200',
];

export function render(rows: readonly Row[]): string {
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, Node ${process.versions.node}`;
  return `# LangGraph savers

\`npm run bench:savers\` on ${machine}. One run, other work on the machine not excluded: compare rows, not days.

A graph of three nodes, five checkpoints a turn, 2 KB said a turn. Times are p50 / p95. "Stored" is all that the store takes: the database file with its indexes, \`MEMORY USAGE\` of all keys, the buffers of the MemorySaver. "Turn" is the whole \`invoke\`, LangGraph's own work included. A cold load is by a saver that has seen nothing. SqliteSaver runs on \`libsql\`, as its own driver needs an install script.

| ${HEAD.join(' | ')} |
| ${HEAD.map((_, column) => (column === 0 ? '---' : '--:')).join(' | ')} |
${rows.map((row) => `| ${cells(row).join(' | ')} |`).join('\n')}
${rows.flatMap(remark).join('')}`;
}

function cells(row: Row): string[] {
  if (row.kind === 'failed') return [row.name, 'cannot run here', ...Array(HEAD.length - 2).fill('–')];
  const { short, long } = row;
  return [
    row.name,
    `${row.ratioShort.toFixed(2)}×`,
    `${row.ratioLong.toFixed(2)}×`,
    row.commands?.toFixed(1) ?? '–',
    ...[short.put, long.put, short.load, long.load].map(shown),
    row.coldLoadMs?.toFixed(1) ?? '–',
    ...[short.turn, long.turn].map(shown),
  ];
}

function shown({ p50, p95 }: Spread): string {
  return `${p50.toFixed(2)} / ${p95.toFixed(2)}`;
}

function remark(row: Row): string[] {
  return row.kind === 'failed' ? [`\n${row.name} cannot run here: ${row.reason}\n`] : [];
}
