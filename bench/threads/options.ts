import { parseArgs } from 'node:util';

export const PHASES = ['flow', 'stores', 'savers', 'chat', 'resume'] as const;
export type PhaseName = (typeof PHASES)[number];

export interface BenchOptions {
  readonly phases: readonly PhaseName[];
  readonly quick: boolean;
  /** As it was typed, for the report. */
  readonly command: string;
}

/** Throws a TypeError for an option that is not known. */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
  });
  return {
    phases: values.only === undefined ? PHASES : values.only.split(',').map(phaseName),
    quick: values.quick,
    command: ['npm run bench:threads', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
  };
}

function phaseName(name: string): PhaseName {
  const found = PHASES.find((phase) => phase === name);
  if (found === undefined) throw new TypeError(`no phase "${name}"; there are ${PHASES.join(', ')}`);
  return found;
}
