import { atMost, quantile, shown, spread, table, type Verdict } from '../phase.js';
import type { Calls, Outcome } from './measure.js';

export type Row = { readonly name: string } & Outcome;

const HEAD = ['saver', 'stored ÷ said, 10 turns', '200 turns', 'commands a turn'];
const TIME_HEAD = [
  'saver, CPU in ms',
  'put, 10 turns',
  'put, 200',
  'load, 10 turns',
  'load, 200',
  'cold load, 200',
  'turn, 10 turns',
  'turn, 200',
];
const OURS = 'narae';

export function render(rows: readonly Row[]): string {
  return `A graph of three nodes, five checkpoints a turn, 2 KB said a turn. "Stored" is all that the store takes: the database file with its indexes, \`MEMORY USAGE\` of all keys, the buffers of the MemorySaver. SqliteSaver runs on \`libsql\`, as its own driver needs an install script.

${table(HEAD, rows.map(sizeCells))}

Milliseconds, p50 / p95. "Turn" is the whole \`invoke\`, LangGraph's own work included. A cold load is by a saver that has seen nothing; the others go on with a conversation.

${table(
  TIME_HEAD,
  rows.map((row) => timeCells(row, ({ cpuMs }) => cpuMs)),
)}

${table(
  ['saver, wall in ms', ...TIME_HEAD.slice(1)],
  rows.map((row) => timeCells(row, ({ wallMs }) => wallMs)),
)}
${rows.flatMap(remark).join('')}`;
}

export function judge(rows: readonly Row[]): Verdict[] {
  return rows.flatMap((row) => {
    if (row.kind === 'failed' || !row.name.startsWith(OURS)) return [];
    const { name, short, long } = row;
    const grown = quantile(long.put.cpuMs, 0.5) / quantile(short.put.cpuMs, 0.5);
    return [
      atMost(`saver, ${name}: stored ÷ said, 10 turns`, row.ratioShort, 2, '×'),
      atMost(`saver, ${name}: stored ÷ said, 200 turns`, row.ratioLong, 2, '×'),
      atMost(`saver, ${name}: put at turn 200, CPU p50`, quantile(long.put.cpuMs, 0.5), 1, 'ms'),
      atMost(`saver, ${name}: put at turn 200, CPU p95`, quantile(long.put.cpuMs, 0.95), 1, 'ms'),
      atMost(`saver, ${name}: put at turn 200 ÷ turn 10, CPU p50`, grown, 1.5, '×'),
    ];
  });
}

function sizeCells(row: Row): string[] {
  if (row.kind === 'failed') return [row.name, 'cannot run here', '–', '–'];
  const commands = row.commands?.toFixed(1) ?? '–';
  return [row.name, `${shown(row.ratioShort)}×`, `${shown(row.ratioLong)}×`, commands];
}

function timeCells(row: Row, pick: (calls: Calls) => readonly number[]): string[] {
  if (row.kind === 'failed') return [row.name, ...Array<string>(TIME_HEAD.length - 1).fill('–')];
  const { short, long, cold } = row;
  return [
    row.name,
    ...[short.put, long.put, short.load, long.load].map((calls) => spread(pick(calls))),
    cold === undefined ? '–' : shown(quantile(pick(cold), 0.5)),
    ...[short.turn, long.turn].map((calls) => spread(pick(calls))),
  ];
}

function remark(row: Row): string[] {
  return row.kind === 'failed' ? [`\n${row.name} cannot run here: ${row.reason}\n`] : [];
}
