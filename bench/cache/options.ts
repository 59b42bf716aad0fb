import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const PHASE_NAMES = ['http', 'tiers', 'memory', 'twins', 'faults', 'day'] as const;
export type PhaseName = (typeof PHASE_NAMES)[number];

export interface BenchOptions {
  readonly phases: readonly PhaseName[];
  readonly quick: boolean;
  readonly dataFolder: string;
  /** As it was asked for. */
  readonly command: string;
}

/** Throws for flags that make no sense. */
export function readOptions(root: string): BenchOptions {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      data: { type: 'string' },
    },
  });
  const phases = values.only === undefined ? PHASE_NAMES : values.only.split(',').map(phaseNamed);
  const flags = [...(values.only ? [`--only ${values.only}`] : []), ...(values.quick ? ['--quick'] : [])];
  return {
    phases,
    quick: values.quick,
    dataFolder: resolve(values.data ?? resolve(root, '../shared/data')),
    command: ['npm run bench:cache', ...(flags.length > 0 ? ['--', ...flags] : [])].join(' '),
  };
}

function phaseNamed(name: string): PhaseName {
  const known = PHASE_NAMES.find((phase) => phase === name);
  if (known === undefined) throw new Error(`There is no phase "${name}". Phases: ${PHASE_NAMES.join(', ')}.`);
  return known;
}
