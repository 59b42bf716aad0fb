import { MEGABYTE } from '../../core/index.js';
import { count } from '../numbers.js';
import type { Terminal } from '../terminal.js';
import type { ShownCaches, ShownSemantic } from './caches.js';

const HEADER = ['cache', 'entries', 'memory', 'hits', 'misses', 'joined', 'hit rate', 'calls saved', 'saved'];

/** Statistics as a table for people. */
export function printCaches(terminal: Terminal, { caches, shared, semantic }: ShownCaches): void {
  const rows = Object.entries(caches).map(
    ([name, { entries, bytes, hits, misses, joins, hit_rate, saved }]) => [
      name,
      count(entries),
      megabytes(bytes),
      count(hits),
      count(misses),
      count(joins),
      `${Math.round(hit_rate * 100)}%`,
      count(saved.llm_calls),
      `${count(saved.tokens)} tokens, $${saved.dollars.toFixed(2)}`,
    ],
  );
  const all = [HEADER, ...rows];
  const widths = HEADER.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  for (const row of all)
    terminal.out(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  if (shared) terminal.out(`\nData folder: ${count(shared.entries)} entries, ${megabytes(shared.bytes)}\n`);
  if (semantic) terminal.out(`\n${semanticText(semantic)}\n`);
}

function semanticText({ questions, hits, compared, false_hit_rate, interval }: ShownSemantic): string {
  const reused = `Reused for the same meaning: ${count(hits)} answers, of ${count(questions)} kept questions`;
  if (false_hit_rate === undefined) return `${reused}; none compared yet`;
  const range = `${percent(interval.low)} to ${percent(interval.high)}`;
  return `${reused}\nWrong of ${count(compared)} compared: ${percent(false_hit_rate)} (95% interval ${range})`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
