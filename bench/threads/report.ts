import { availableParallelism, cpus } from 'node:os';
import type { Section, Verdict } from './phase.js';

/** A section with the machine's load average (1 min) when its phase began. */
export interface MeasuredSection extends Section {
  readonly loadBefore: number;
}

export function render(sections: readonly MeasuredSection[], command: string): string {
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, Node ${process.versions.node}`;
  const verdicts = sections.flatMap((section) => section.verdicts);
  return `# Conversations in figures

\`${command}\` on ${machine}, ${today()}, with a redis-server of its own. The machine was shared: each section names the load average at its start, and where it was more than the number of cores, times on the wall are the neighbours' as much as ours. CPU is not; compare rows of one table.

## What must hold

${table(verdicts)}
${sections.map(section).join('')}`;
}

function section({ title, body, loadBefore }: MeasuredSection): string {
  return `\n## ${title}\n\nLoad average ${loadBefore.toFixed(1)} at the start.\n\n${body.trim()}\n`;
}

function table(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(
    ({ what, figure, target, isMet }) =>
      `| ${what} | ${figure} | ${target} | ${isMet ? 'met' : '**missed**'} |`,
  );
  return ['| what | figure | target | |', '| --- | --: | --: | --- |', ...rows].join('\n');
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
