import type { Align, Block } from './syntax.js';

const DELIMITER = /^ {0,3}[|:-][\s|:-]*$/;
const DELIMITER_CELL = /^:?-+:?$/;

/** A table starts with a row of cells above a row of dashes with as many cells. */
export function isTableStart(lines: readonly string[], at: number): boolean {
  const head = lines[at] ?? '';
  const delimiter = lines[at + 1] ?? '';
  if (!head.includes('|') || !delimiter.includes('|') || !DELIMITER.test(delimiter)) return false;
  const cells = splitRow(delimiter);
  return cells.every((cell) => DELIMITER_CELL.test(cell)) && splitRow(head).length === cells.length;
}

export function readTable(
  lines: readonly string[],
  at: number,
): { readonly block: Block; readonly next: number } | undefined {
  if (!isTableStart(lines, at)) return undefined;
  const head = splitRow(lines[at] ?? '');
  let next = at + 2;
  while (next < lines.length && (lines[next] ?? '').includes('|')) next++;
  const rows = lines.slice(at + 2, next).map((line) => fitRow(splitRow(line), head.length));
  const align = splitRow(lines[at + 1] ?? '').map(alignOf);
  return { block: { type: 'table', align, head, rows }, next };
}

/** Cells between pipes; `\|` is a pipe in a cell. */
function splitRow(line: string): string[] {
  const inside = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inside.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function fitRow(cells: readonly string[], width: number): string[] {
  return Array.from({ length: width }, (_, index) => cells[index] ?? '');
}

function alignOf(cell: string): Align {
  const left = cell.startsWith(':');
  if (cell.endsWith(':')) return left ? 'center' : 'right';
  return left ? 'left' : undefined;
}
