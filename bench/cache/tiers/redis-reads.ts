/** What each layer over Redis costs a read, many at once, beside the bare client. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, RESP_TYPES } from 'redis';
import { type Cache, createRedisTier, namedKey, openCaches } from '../../../dist/cache/index.js';
import { openRedis, type Redis } from '../../../dist/redis/index.js';
import { RedisServer } from '../../support/redis-server.js';
import { SlowProxy } from '../../support/slow-proxy.js';
import { median } from '../figures.js';

export const AT_ONCE = 500;
export const VALUE_BYTES = 1_000;
const KEYS = 1_000;
const SEQUENTIAL_GETS = 200;
/** Reads that are late on a busy machine are counted like the others: what they cost is the question here. */
const READ_TIMEOUT_MS = 5_000;

export interface LayerFigures {
  readonly layer: string;
  readonly perSecond: { readonly median: number; readonly least: number; readonly most: number };
  /** Of this process, the server's not counted: what stays alike on a busy machine. */
  readonly cpuMicroseconds: number;
  /** Reads that gave nothing. */
  readonly empty: number;
}

interface Layer {
  readonly layer: string;
  readonly read: (at: number) => Promise<unknown>;
}

interface Run {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
  readonly empty: number;
}

const keys = Array.from({ length: KEYS }, (_, at) => namedKey('bench', `key_${at}`));

export async function measureRedisReads(gets: number, rounds: number): Promise<LayerFigures[]> {
  const server = await RedisServer.start();
  const bare = createClient({
    url: server.url,
    RESP: 3,
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
  await bare.connect();
  const redis = openRedis({ url: server.url });
  const { tier, cache, close } = cacheOver(redis);
  try {
    const stored = await fill(redis, cache);
    const addresses = keys.map(({ tenant, id }) => ({ cache: 'bench', tenant, id }));
    const pick = <Item>(items: readonly Item[], at: number): Item => items[at % items.length] as Item;
    return await takeTurns(
      [
        { layer: 'the bare client', read: (at) => bare.sendCommand(['GET', pick(stored, at)]) },
        { layer: '`Redis.call`, with a deadline', read: (at) => redis.call(['GET', pick(stored, at)]) },
        { layer: '`SharedTier.read`', read: (at) => tier.read(pick(addresses, at)) },
        { layer: '`Cache.get`, memory off', read: (at) => cache.get(pick(keys, at)) },
      ],
      gets,
      rounds,
    );
  } finally {
    await close();
    await redis.close();
    bare.destroy();
    await server.stop();
  }
}

/** Chunks that one `Cache.get` sends to Redis, one after another. */
export async function measureRoundTrips(): Promise<number> {
  const server = await RedisServer.start();
  const proxy = await SlowProxy.start(server.port);
  const redis = openRedis({ url: `redis://127.0.0.1:${proxy.port}` });
  const { cache, close } = cacheOver(redis);
  try {
    await fill(redis, cache);
    const before = proxy.requests;
    for (const key of keys.slice(0, SEQUENTIAL_GETS))
      if ((await cache.get(key))?.tier !== 'shared') throw new Error('a miss');
    return (proxy.requests - before) / SEQUENTIAL_GETS;
  } finally {
    await close();
    await redis.close();
    await proxy.stop();
    await server.stop();
  }
}

function cacheOver(redis: Redis) {
  const tier = createRedisTier(redis, { readTimeoutMs: READ_TIMEOUT_MS });
  const caches = openCaches({ memoryLimitBytes: 0 }, { shared: tier });
  const cache = caches.create<string>({
    name: 'bench',
    version: 1,
    ttlMs: 3_600_000,
    bytesOf: (value) => value.length,
    isValue: (candidate) => typeof candidate === 'string',
  });
  const close = async (): Promise<void> => {
    await caches.close();
    await tier.close();
  };
  return { tier, cache, close };
}

/** Gives the names under which Redis has the values. */
async function fill(redis: Redis, cache: Cache<string>): Promise<string[]> {
  await Promise.all(keys.map((key) => cache.set(key, 'x'.repeat(VALUE_BYTES))));
  while (Number(await redis.call(['DBSIZE'])) < KEYS) await sleep(20);
  const stored: string[] = [];
  for await (const page of redis.scan('*')) stored.push(...page);
  return stored;
}

async function takeTurns(layers: readonly Layer[], gets: number, rounds: number): Promise<LayerFigures[]> {
  const runs = new Map<string, Run[]>(layers.map(({ layer }) => [layer, []]));
  for (let round = 0; round <= rounds; round++)
    for (const { layer, read } of layers) {
      const run = await measure(read, gets);
      // The first round warms up.
      if (round > 0) runs.get(layer)?.push(run);
    }
  return [...runs].map(([layer, ofLayer]) => figuresOf(layer, ofLayer));
}

function figuresOf(layer: string, runs: readonly Run[]): LayerFigures {
  const rates = runs.map(({ perSecond }) => perSecond);
  return {
    layer,
    perSecond: { median: median(rates), least: Math.min(...rates), most: Math.max(...rates) },
    cpuMicroseconds: median(runs.map(({ cpuMicroseconds }) => cpuMicroseconds)),
    empty: runs.reduce((sum, { empty }) => sum + empty, 0),
  };
}

async function measure(read: Layer['read'], gets: number): Promise<Run> {
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
  return { perSecond, cpuMicroseconds: (user + system) / gets, empty };
}
