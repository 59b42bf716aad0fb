import type { Case, Contender } from './contenders.js';

/** CPU time of a round, about: long against the clock's resolution, short enough to alternate. */
const ROUND_US = 150_000;

/** A contender's rounds, in µs of CPU a unit. */
export interface Figures {
  readonly name: string;
  readonly us: readonly number[];
}

/** Rounds go through all contenders in turn, so that a change of the machine's mood meets each of them. */
export async function measureCase(each: Case, rounds: number): Promise<readonly Figures[]> {
  const sizes: number[] = [];
  for (const contender of each.contenders) sizes.push(await calibrate(each, contender));
  const figures = each.contenders.map(({ name }) => ({ name, us: [] as number[] }));
  for (let round = 0; round < rounds; round++)
    for (const [index, contender] of each.contenders.entries())
      figures[index]?.us.push((await measure(contender, sizes[index] ?? 1)) / each.units);
  return figures;
}

export function median(us: readonly number[]): number {
  return us.toSorted((a, b) => a - b)[us.length >> 1] ?? Number.NaN;
}

/** Warms up, checks the result, and finds how many runs make a round. */
async function calibrate(each: Case, contender: Contender): Promise<number> {
  const result = await contender.run();
  if (result !== each.expected)
    throw new Error(`${contender.name}, ${each.name}: ${result} instead of ${each.expected}`);
  for (let runs = 1; ; runs *= 2) {
    const us = await measure(contender, runs);
    if (us * runs > ROUND_US / 2) return Math.max(1, Math.round(ROUND_US / us));
  }
}

/** Microseconds of CPU, user and system, of one run. */
async function measure({ run }: Contender, runs: number): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < runs; n++) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / runs;
}
