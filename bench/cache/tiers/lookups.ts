/** What one look into memory costs, beside the bare structures below it. */
import { LRUCache } from 'lru-cache';
import { type Cache, type CacheKey, contentKey, openCaches } from '../../../dist/cache/index.js';
import { median } from '../figures.js';

const KEYS = 10_000;
const LOOKS = 1_000_000;
const ROUNDS = 5;

export interface LookupFigures {
  readonly what: string;
  /** Of CPU. */
  readonly nanoseconds: number;
}

export async function measureLookups(): Promise<LookupFigures[]> {
  const caches = openCaches({ memoryLimitBytes: 64 * 1024 * 1024 });
  const cache = caches.create<number>({
    name: 'looks',
    version: 1,
    ttlMs: 3_600_000,
    bytesOf: () => 16,
    isValue: (candidate): candidate is number => typeof candidate === 'number',
  });
  const keys = Array.from({ length: KEYS }, (_, n) => contentKey('acme', ['question', n]));
  for (const [n, key] of keys.entries()) cache.set(key, n);
  const map = new Map(keys.map((key, n) => [`${key.tenant}${key.id}`, n]));
  const lru = new LRUCache<string, number>({ max: 2 * KEYS });
  for (const [text, n] of map) lru.set(text, n);
  const figures = [
    measure('bare Map, key put together', keys, (key) => map.get(`${key.tenant}${key.id}`)),
    measure('bare lru-cache, key put together', keys, (key) => lru.get(`${key.tenant}${key.id}`)),
    measure('cache.peek', keys, (key) => cache.peek(key)?.value),
    { what: 'await cache.get', nanoseconds: await measureGet(cache, keys) },
    measure('contentKey', keys, (_, n) => contentKey('acme', ['question', n, 'model', 0.2]).id),
  ];
  await caches.close();
  return figures;
}

function measure(
  what: string,
  keys: readonly CacheKey[],
  look: (key: CacheKey, n: number) => unknown,
): LookupFigures {
  const looks = what === 'contentKey' ? LOOKS / 10 : LOOKS;
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    for (let n = 0; n < looks; n++)
      if (look(keys[(n * 7919) % KEYS] as CacheKey, n) === undefined) throw new Error('a miss');
    return nanosecondsSince(before) / looks;
  });
  return { what, nanoseconds: median(rounds) };
}

async function measureGet(cache: Cache<number>, keys: readonly CacheKey[]): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let n = 0; n < LOOKS; n++)
      if ((await cache.get(keys[(n * 7919) % KEYS] as CacheKey)) === undefined) throw new Error('a miss');
    rounds.push(nanosecondsSince(before) / LOOKS);
  }
  return median(rounds);
}

/** Of CPU, all threads: on a busy machine the clock counts others. */
function nanosecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1_000;
}
