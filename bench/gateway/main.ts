/** `npm run bench:gateway [-- --quick …]`: see the README beside this file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entrant, type Field, startField } from './field.js';
import { FOLDERS } from './folders.js';
import { type Cell, measureCell, medianCell, warmUp } from './measure.js';
import { measureMemory } from './memory.js';
import { measureOpenStreams } from './open-streams.js';
import { type BenchOptions, readOptions } from './options.js';
import { asMarkdown, type Results } from './report.js';

type Ready = Extract<Entrant, { kind: 'ready' }>;

const options = readOptions(process.argv.slice(2));
const load = `load average ${loadavg()[0]?.toFixed(1)} before the start`;
const scratch = mkdtempSync(join(tmpdir(), 'narae-bench-'));
const field = await startField(options.only, scratch);
try {
  const report = asMarkdown(await measureAll(field, options), options, load);
  console.log(report);
  if (options.only.length === 0) writeFileSync(FOLDERS.report, report);
} finally {
  await field.close();
  rmSync(scratch, { recursive: true, force: true });
}

async function measureAll({ entrants, upstream }: Field, bench: BenchOptions): Promise<Results> {
  const ready = entrants.filter((entrant) => entrant.kind === 'ready');
  for (const entrant of ready) await warmUp(entrant);
  const cells = new Map<number, ReadonlyMap<string, Cell>>();
  for (const streams of bench.levels) cells.set(streams, await measureLevel(ready, streams, bench));
  const narae = ready.find(({ contender }) => contender.name === 'narae');
  if (narae && bench.memoryMinutes > 0) console.error(`memory over ${bench.memoryMinutes} min …`);
  const memory =
    narae && bench.memoryMinutes > 0 ? await measureMemory(narae, bench.memoryMinutes) : undefined;
  if (narae && bench.withOpenStreams) console.error('many streams, open at once …');
  const place = join(scratch, 'open-streams');
  const open = narae && bench.withOpenStreams ? await measureOpenStreams(upstream, place) : undefined;
  return { entrants, cells, open, memory };
}

/** Rounds go through all contenders in turn, so that a change of the machine's mood meets each of them. */
async function measureLevel(
  ready: readonly Ready[],
  streams: number,
  bench: BenchOptions,
): Promise<ReadonlyMap<string, Cell>> {
  const rounds = new Map<string, Cell[]>();
  for (let round = 1; round <= bench.rounds; round++)
    for (const entrant of ready) {
      const { name } = entrant.contender;
      console.error(`${streams} at once, round ${round}: ${name} …`);
      const cell = await measureCell(entrant, streams, bench);
      rounds.set(name, [...(rounds.get(name) ?? []), cell]);
    }
  return new Map([...rounds].map(([name, all]) => [name, medianCell(all)]));
}
