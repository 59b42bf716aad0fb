import { afterAll, beforeAll, expect, it } from 'vitest';
import { RedisServer } from '../../bench/support/redis-server.js';
import { openRedis } from '../../dist/redis/index.js';
import type { Redis } from '../../dist/redis/spec.js';
import { RedisThreadStore, ThreadKeys } from '../../dist/threads/index.js';
import { PATIENT_REDIS } from '../support/patient-redis.js';

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await RedisServer.start();
  redis = openRedis({ url: server.url, ...PATIENT_REDIS });
});
afterAll(async () => {
  await redis.close();
  await server.stop();
});

/** Calls made so far by tick: those of one tick are one round trip. */
function counting(): { readonly redis: Redis; readonly trips: string[][] } {
  const trips: string[][] = [];
  let trip: string[] | undefined;
  const note = (name: string): void => {
    if (trip === undefined) {
      trip = [];
      trips.push(trip);
      queueMicrotask(() => {
        trip = undefined;
      });
    }
    trip.push(name);
  };
  const counted = Object.create(redis, {
    call: {
      value: (...args: Parameters<Redis['call']>) => {
        note(String(args[0][0]));
        return redis.call(...args);
      },
    },
    run: {
      value: (...args: Parameters<Redis['run']>) => {
        note(args[0].name);
        return redis.run(...args);
      },
    },
  }) as Redis;
  return { redis: counted, trips };
}

it('loads, saves and loads many in one round trip each', async () => {
  const { redis: counted, trips } = counting();
  const store = new RedisThreadStore(counted);
  const turn = { messages: [{ role: 'user' as const, content: '질문' }] };
  const opened = await store.open('t', 'a', { holder: 'x', create: {} });
  const fence = opened?.lease.fence ?? 0;
  expect(trips.splice(0)).toEqual([['ZADD', 'thread-load']]);
  await store.append('t', 'a', turn, { fence });
  await store.append('t', 'a', turn, { fence, after: 0, release: true });
  expect(trips.splice(0)).toEqual([
    ['ZADD', 'thread-append'],
    ['ZADD', 'thread-append'],
  ]);
  expect((await store.load('t', 'a')).turns).toHaveLength(1);
  expect(await store.loadMany('t', ['a', 'b', 'c'])).toMatchObject([
    { turns: [{ sequence: 2 }] },
    undefined,
    undefined,
  ]);
  expect(trips).toEqual([['thread-load'], ['thread-load', 'thread-load', 'thread-load']]);
  await store.close();
});

it('names keys so that a thread hangs together, and no tenant can name another’s', async () => {
  const keys = new ThreadKeys('narae:');
  const tag = (key: string): string | undefined => /\{(.+?)\}/.exec(key)?.[1];
  const all = [keys.thread('t', 'a'), ...keys.allOfRuns('t', 'a')];
  expect(new Set(all).size).toBe(4);
  expect(new Set(all.map(tag)).size).toBe(1);
  const names = [
    ['a', 'b:c'],
    ['a:b', 'c'],
    ['a}', 'b'],
    ['a', '}b'],
    ['{a', 'b'],
    ['', 'a'],
    ['가', '1'],
  ].map(([tenant = '', thread = '']) => keys.thread(tenant, thread));
  expect(new Set(names).size).toBe(names.length);
});

it('lets all of a thread go at once, also from a list that still has it', async () => {
  const life = [{ uses: 0, ttlMs: 60 }];
  const store = new RedisThreadStore(redis, { life });
  await store.create('t2', { id: 'short' });
  await redis.call(['PERSIST', new ThreadKeys('narae:').index('t2')]);
  await expect.poll(() => redis.call(['EXISTS', new ThreadKeys('narae:').thread('t2', 'short')])).toBe(0);
  expect(await redis.call(['ZCARD', new ThreadKeys('narae:').index('t2')])).toBe(1);
  expect((await store.list('t2', { limit: 10 })).items).toEqual([]);
  expect(await redis.call(['ZCARD', new ThreadKeys('narae:').index('t2')])).toBe(0);
  await store.close();
});
