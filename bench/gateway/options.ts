import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Streams at once. */
  readonly levels: readonly number[];
  /** Times that everything is measured; figures are medians. */
  readonly rounds: number;
  /** How long each burst runs. */
  readonly burstMs: number;
  /** How long paced streams are started, after the ramp. */
  readonly pacedMs: number;
  /** 0: leave it out. */
  readonly memoryMinutes: number;
  readonly withOpenStreams: boolean;
  /** Contenders by name; empty: all. */
  readonly only: readonly string[];
  /** As it was typed, for the report. */
  readonly command: string;
}

const FULL = { levels: [1, 50, 200, 1000], rounds: 3, burstMs: 4000, pacedMs: 6000, memoryMinutes: 10 };
const QUICK = { levels: [200, 1000], rounds: 1, burstMs: 2000, pacedMs: 3000, memoryMinutes: 1 };

/** Throws a TypeError for an option that is not known. */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      levels: { type: 'string' },
      'memory-minutes': { type: 'string' },
      'skip-open': { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const base = values.quick ? QUICK : FULL;
  return {
    ...base,
    levels: values.levels?.split(',').map(Number) ?? base.levels,
    rounds: Number(values.rounds ?? base.rounds),
    memoryMinutes: Number(values['memory-minutes'] ?? base.memoryMinutes),
    withOpenStreams: !values['skip-open'],
    only: values.only?.split(',') ?? [],
    command: ['npm run bench:gateway', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
  };
}
