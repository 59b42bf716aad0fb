import { expect, test } from 'vitest';
import { TempFolder } from '../../test/support/temp-folder.js';
import { createCache } from './index.js';

interface User {
  readonly name: string;
  readonly team: number;
}

test('a cached function runs once for equal keys, and again after its entry was dropped', async () => {
  await using cache = createCache({ memoryLimitMb: 1 });
  const heard: string[] = [];
  let runs = 0;
  async function loadUser(id: number): Promise<User> {
    runs++;
    if (id < 0) throw new RangeError('없는 사용자');
    return { name: `사용자 ${id}`, team: id % 2 };
  }
  const user = cache.cached(loadUser, {
    key: (id) => `user_${id}`,
    ttlMs: 60_000,
    tags: (id) => [`team:${id % 2}`],
    onHit: ({ key, outcome }) => heard.push(`${outcome} ${key}`),
    onMiss: ({ key }) => {
      heard.push(`miss ${key}`);
      throw new Error('a hook that fails');
    },
    onError: (error, key) => heard.push(`${String(error)} ${key}`),
  });
  const [one, twin] = await Promise.all([user(1), user(1)]);
  expect(one).toEqual({ name: '사용자 1', team: 1 });
  expect(twin).toBe(one);
  await user(1);
  await expect(user(-1)).rejects.toThrow(RangeError);
  expect(heard.sort()).toEqual([
    'RangeError: 없는 사용자 user_-1',
    'hit user_1',
    'joined user_1',
    'miss user_1',
  ]);

  const runsAfter = async (drop: () => Promise<unknown>): Promise<number> => {
    await Promise.all([user(1), user(2)]);
    runs = 0;
    await drop();
    await Promise.all([user(1), user(2)]);
    return runs;
  };
  expect(await runsAfter(() => user.invalidate(1))).toBe(1);
  expect(await runsAfter(() => cache.invalidatePattern('user_*'))).toBe(2);
  expect(await runsAfter(() => cache.invalidatePattern('user_2'))).toBe(1);
  expect(await runsAfter(() => cache.invalidateTag('team:0'))).toBe(1);
  expect(await runsAfter(() => cache.invalidateTenant('another'))).toBe(0);
  expect(await runsAfter(() => user.fresh(2))).toBe(1);
  expect(cache.statistics()['load-user']).toMatchObject({ bypasses: 1, entries: 2 });
});

test('a hook that rejects is no affair of the process', async () => {
  await using cache = createCache();
  const rejected: unknown[] = [];
  const note = (reason: unknown) => rejected.push(reason);
  process.on('unhandledRejection', note);
  const greet = cache.cached(async (name: string) => `hello, ${name}`, {
    key: (name) => name,
    ttlMs: 60_000,
    onHit: async () => Promise.reject(new Error('a hook that fails late')),
  });
  await greet('나래');
  await greet('나래');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(rejected).toEqual([]);
});

test('entries of a tenant are its own', async () => {
  await using cache = createCache();
  const greet = cache.cached(async (company: string, name: string) => `${company}: ${name}`, {
    key: (_, name) => name,
    tenant: (company) => company,
    ttlMs: 1_000,
  });
  expect(await greet('가', 'kim')).toBe('가: kim');
  expect(await greet('나', 'kim')).toBe('나: kim');
  expect(await cache.invalidateTenant('가')).toBe(1);
  await expect(greet('', 'kim')).rejects.toMatchObject({ code: 'cache_scope_missing' });
});

test('a file keeps values over a restart', async () => {
  const folder = new TempFolder();
  const open = (runs: string[]) => {
    const cache = createCache({ file: folder.at('cache.db') });
    const load = cache.cached(
      async (id: string) => {
        runs.push(id);
        return { id, vector: new Float32Array([1, 2]) };
      },
      { name: 'load', key: (id) => id, ttlMs: 60_000 },
    );
    return { cache, load };
  };
  const [before, after]: [string[], string[]] = [[], []];
  const first = open(before);
  await first.load('문서');
  await first.cache.close();
  const second = open(after);
  expect(await second.load('문서')).toEqual({ id: '문서', vector: new Float32Array([1, 2]) });
  expect([before, after]).toEqual([['문서'], []]);
  await second.cache.close();
  folder.remove();
});
