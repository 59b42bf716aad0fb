/** `node scripts/run.mjs bench/threads/flow.js`: CPU of a run of a graph, beside LangGraph.js and plain functions. */
import { availableParallelism, loadavg } from 'node:os';
import { answerCase } from './answer-case.js';
import { CASES, type Case, type Contender } from './contenders.js';

const ROUNDS = 9;
/** CPU time of a round, about: long against the clock's resolution, short enough to alternate. */
const ROUND_US = 150_000;

interface Figures {
  readonly us: readonly number[];
}

const rows = ['| what | by | CPU, µs | × plain |', '| --- | --- | ---: | ---: |'];
for (const each of [...CASES, answerCase()]) rows.push(...(await rowsOf(each)));
const machine = `Node ${process.versions.node}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}; median of ${ROUNDS} rounds (least–most).`;
console.log(`\n${rows.join('\n')}\n\n${machine}`);

async function rowsOf(each: Case): Promise<string[]> {
  const sizes: number[] = [];
  for (const contender of each.contenders) sizes.push(await calibrate(each, contender));
  const figures: Figures[] = each.contenders.map(() => ({ us: [] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, contender] of each.contenders.entries()) {
      const us = await measure(contender, sizes[index] as number);
      figures[index] = { us: [...(figures[index] as Figures).us, us / each.units] };
    }
  }
  const plain = median(figures.at(-1) as Figures);
  return each.contenders.map(({ name }, index) => {
    const own = figures[index] as Figures;
    const what = index === 0 ? each.name : '';
    return `| ${what} | ${name} | ${range(own)} | ${(median(own) / plain).toFixed(1)} |`;
  });
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

function median({ us }: Figures): number {
  return us.toSorted((a, b) => a - b)[us.length >> 1] as number;
}

function range(figures: Figures): string {
  const sorted = figures.us.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0] as number, sorted.at(-1) as number];
  return `${digits(median(figures))} (${digits(least)}–${digits(most)})`;
}

function digits(us: number): string {
  return us < 10 ? us.toFixed(2) : us.toFixed(0);
}
