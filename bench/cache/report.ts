import { availableParallelism, cpus, totalmem } from 'node:os';
import { table } from './figures.js';
import type { PhaseReport, Verdict } from './phase.js';

export interface MeasuredPhase extends PhaseReport {
  /** Processes that wanted to run, on average over the minute before. */
  readonly loadBefore: number;
  readonly seconds: number;
}

/** The whole page. */
export function asMarkdown(phases: readonly MeasuredPhase[], command: string): string {
  const verdicts = phases.flatMap((phase) => phase.verdicts);
  return [
    '# Caches',
    `What the caches must hold, and what they do. Written by \`npm run bench:cache\` ([bench/cache](../../bench/cache/README.md)), on a real redis-server of its own; only ratios within one run mean something on another machine.`,
    `Measured on ${new Date().toISOString().slice(0, 10)} by \`${command}\`: Node ${process.versions.node}, ${machine()}. Load is the one-minute average before a phase began; what else ran on the machine is in the figures.`,
    verdictTable(verdicts),
    ...phases.map(sectionOf),
  ]
    .join('\n\n')
    .concat('\n');
}

export function sectionOf({ title, details, verdicts, loadBefore, seconds }: MeasuredPhase): string {
  const head = `## ${title}`;
  const circumstances = `Load before: ${loadBefore.toFixed(1)}; took ${seconds.toFixed(0)} s.`;
  return [head, ...details, verdictTable(verdicts), circumstances].join('\n\n');
}

function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ what, target, measured, met }) => [what, target, measured, word(met)]);
  return table(['what', 'target', 'measured', 'outcome'], rows);
}

function word(met: boolean | undefined): string {
  if (met === undefined) return '–';
  return met ? 'met' : '**missed**';
}

function machine(): string {
  const cores = availableParallelism();
  return `${cores} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
}
