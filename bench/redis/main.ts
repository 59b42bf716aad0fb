/** `npm run bench:redis [-- --gets N]`: what each layer over Redis costs a read, 500 at once, beside the bare client. */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { createClient, RESP_TYPES } from 'redis';
import { createRedisTier, namedKey, openCaches } from '../../dist/cache/index.js';
import { openRedis } from '../../dist/redis/index.js';
import { startRedis } from './server.js';

const AT_ONCE = 500;
const KEYS = 1_000;
const VALUE = 'x'.repeat(1_000);
const ROUNDS = 5;

interface Way {
  readonly name: string;
  readonly read: (at: number) => Promise<unknown>;
}

const { values } = parseArgs({ options: { gets: { type: 'string', default: '200000' } } });
const gets = Number(values.gets);
const busy = loadavg()[0]?.toFixed(1) ?? '0';
const server = await startRedis();
const bare = createClient({
  url: server.url,
  RESP: 3,
  commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
});
await bare.connect();
const redis = openRedis({ url: server.url });
// Reads that are late on a busy machine are counted like the others: what they cost is the question here.
const tier = createRedisTier(redis, { readTimeoutMs: 5_000 });
const caches = openCaches({ memoryLimitBytes: 0 }, { shared: tier });
const cache = caches.create<string>({
  name: 'bench',
  version: 1,
  ttlMs: 3_600_000,
  bytesOf: (value) => value.length,
  isValue: (candidate) => typeof candidate === 'string',
});
const keys = Array.from({ length: KEYS }, (_, at) => namedKey('bench', `key_${at}`));

try {
  for (const key of keys) cache.set(key, VALUE);
  await settled();
  const stored: string[] = [];
  for await (const page of redis.scan('*')) stored.push(...page);
  const addresses = keys.map(({ tenant, id }) => ({ cache: 'bench', tenant, id }));
  const pick = <Item>(items: readonly Item[], at: number): Item => items[at % items.length] as Item;
  const ways: readonly Way[] = [
    { name: 'the bare client: `sendCommand`', read: (at) => bare.sendCommand(['GET', pick(stored, at)]) },
    {
      name: '`Redis.call`, with a deadline',
      read: (at) => redis.call(['GET', pick(stored, at)]),
    },
    { name: '`SharedTier.read`', read: (at) => tier.read(pick(addresses, at)) },
    { name: '`Cache.get`, memory off', read: (at) => cache.get(pick(keys, at)) },
  ];
  console.log(await table(ways));
  console.log(
    `\n${AT_ONCE} reads at once of ${VALUE.length} bytes; median of ${ROUNDS} rounds, least and most; load before: ${busy}`,
  );
} finally {
  await caches.close();
  await tier.close();
  await redis.close();
  bare.destroy();
  await server.stop();
}

async function settled(): Promise<void> {
  while (Number(await redis.call(['DBSIZE'])) < KEYS) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function table(ways: readonly Way[]): Promise<string> {
  const runs = new Map<string, Run[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++)
    for (const { name, read } of ways) {
      const run = await measure(read);
      // The first round warms up.
      if (round > 0) runs.get(name)?.push(run);
    }
  const bareUs = median((runs.get(ways[0]?.name ?? '') ?? []).map(({ cpuUs }) => cpuUs));
  const rows = [...runs].map(([name, ofWay]) => {
    const rates = ofWay.map(({ perSecond }) => perSecond / 1_000);
    const cpuUs = median(ofWay.map((run) => run.cpuUs));
    const empty = ofWay.reduce((sum, run) => sum + run.empty, 0);
    const range = `${Math.min(...rates).toFixed(0)}–${Math.max(...rates).toFixed(0)}`;
    return `| ${name} | ${median(rates).toFixed(0)} (${range}) | ${cpuUs.toFixed(2)} | ${(cpuUs / bareUs).toFixed(2)} | ${empty} |`;
  });
  const head = '| way | thousand reads a second | CPU µs a read | of the bare client | without a value |';
  return [head, '| --- | ---: | ---: | ---: | ---: |', ...rows].join('\n');
}

interface Run {
  readonly perSecond: number;
  /** Of this process, the server's not counted: what stays alike on a busy machine. */
  readonly cpuUs: number;
  readonly empty: number;
}

async function measure(read: Way['read']): Promise<Run> {
  let [next, empty] = [0, 0];
  const lane = async (): Promise<void> => {
    while (next < gets) {
      const value = await read(next++).catch(() => undefined);
      if (value === undefined || value === null) empty++;
    }
  };
  const cpuBefore = process.cpuUsage();
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const perSecond = (gets / (performance.now() - startedAtMs)) * 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond, cpuUs: (user + system) / gets, empty };
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}
