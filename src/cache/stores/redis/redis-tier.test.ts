import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisCluster, RedisServer } from '../../../../test/support/redis-server.js';
import { describeSharedTier } from '../../../../test/support/shared-tier-suite.js';
import { systemClock } from '../../../core/index.js';
import { openRedis, type Redis } from '../../../redis/index.js';
import type { EntryAddress, SharedTier, TierRecord } from '../../tier.js';
import { createRedisTier } from './index.js';

const HOUR_MS = 3_600_000;

function record(text: string, keepUntilMs = Date.now() + HOUR_MS): TierRecord {
  const body = Buffer.from(text);
  return { body, storedAtMs: Date.now(), freshUntilMs: keepUntilMs, keepUntilMs, reads: 0 };
}

/** The same tests on one server and on a cluster. */
function suite(urlOf: () => string): void {
  let redis: Redis;
  let other: Redis;
  let stores = 0;
  const create = (connection = redis, keyPrefix = `t${stores++}:`): SharedTier =>
    createRedisTier(connection, { keyPrefix, readTimeoutMs: 5_000 });
  beforeAll(async () => {
    [redis, other] = [openRedis({ url: urlOf() }), openRedis({ url: urlOf() })];
    await Promise.all([redis, other].map((connection) => connection.call(['PING'])));
  });
  afterAll(() => Promise.all([redis.close(), other.close()]));

  describeSharedTier(async () => {
    const keyPrefix = `t${stores++}:`;
    const pair = { tier: create(redis, keyPrefix), other: create(other, keyPrefix) };
    const close = async (): Promise<void> => {
      await Promise.all([pair.tier.close(), pair.other.close()]);
    };
    return { ...pair, close };
  });

  it('keeps addresses apart whatever they are made of', async () => {
    const part = fc.string({
      unit: fc.constantFrom(...'ab:{}%*?[\\]가👍\ud800'),
      minLength: 1,
      maxLength: 6,
    });
    const addresses = fc.uniqueArray(fc.record({ cache: part, tenant: part, id: part }), {
      selector: (address) => JSON.stringify(address),
      minLength: 2,
      maxLength: 8,
    });
    const tier = create();
    const textAt = async (address: EntryAddress) => String((await tier.read(address))?.body);
    await fc.assert(
      fc.asyncProperty(addresses, async ([gone, ...kept]) => {
        const all = [gone as EntryAddress, ...kept];
        await Promise.all(all.map((address) => tier.write(address, record(JSON.stringify(address)), [])));
        await tier.invalidate({ ...(gone as EntryAddress), idPattern: (gone as EntryAddress).id });
        for (const address of kept.filter(
          ({ cache, tenant }) => cache !== gone?.cache || tenant !== gone.tenant,
        ))
          expect(await textAt(address)).toBe(JSON.stringify(address));
        expect(await tier.read(gone as EntryAddress)).toBeUndefined();
        await Promise.all(kept.map((address) => tier.delete(address)));
      }),
      { numRuns: 40 },
    );
  });

  it('prolongs the tags with the life of an entry', async () => {
    const tier = create();
    const address = { cache: 'c', tenant: '회사', id: '가' };
    await tier.write(address, record('x', Date.now() + 60), ['문서:1']);
    const keepUntilMs = Date.now() + HOUR_MS;
    await tier.touch(address, { freshUntilMs: keepUntilMs, keepUntilMs, reads: 3 });
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(await tier.read(address)).toMatchObject({ keepUntilMs, reads: 3 });
    expect(await tier.invalidate({ cache: 'c', tenant: '회사', tag: '문서:1' })).toBe(1);
    expect(await tier.read(address)).toBeUndefined();
  });

  it('keeps no id on a tag for much longer than its entry lives', async () => {
    const laterMs = 600_000;
    const clock = { ...systemClock, now: () => Date.now() + laterMs };
    const [now, then] = [createRedisTier(redis), createRedisTier(redis, { clock })];
    const ids = Array.from({ length: 300 }, (_, at) => `${at}`);
    const write = (tier: SharedTier, id: string, keepUntilMs: number) =>
      tier.write({ cache: 'tags', tenant: 't', id }, record('x', keepUntilMs), ['hot']);
    await Promise.all(ids.map((id) => write(now, id, Date.now() + 300_000)));
    await Promise.all(ids.map((id) => write(then, `later${id}`, clock.now() + 300_000)));
    const tagKeys: string[] = [];
    for await (const page of redis.scan('narae:cache-tag:{tags:t:*')) tagKeys.push(...page);
    const counts = await Promise.all(tagKeys.map((key) => redis.call(['ZCARD', key])));
    expect(counts.reduce<number>((sum, count) => sum + Number(count), 0)).toBe(ids.length);
  });

  it('refuses changes once closed', async () => {
    const tier = create();
    await tier.close();
    const address = { cache: 'c', tenant: 't', id: 'x' };
    await expect(tier.write(address, record('x'), [])).rejects.toMatchObject({ code: 'closing' });
  });
}

describe('the Redis tier on one server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  suite(() => server.url);
});

describe('the Redis tier on a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 30_000);
  afterAll(() => cluster.stop());
  suite(() => cluster.url);

  it('spreads a tenant over all masters', async () => {
    const redis = openRedis({ url: cluster.url });
    const tier = createRedisTier(redis, { keyPrefix: 'spread:' });
    const ids = Array.from({ length: 200 }, (_, at) => `${at}`);
    await Promise.all(ids.map((id) => tier.write({ cache: 's', tenant: 't', id }, record('x'), [])));
    for (const server of cluster.servers) {
      const keys = (await server.ask('KEYS', 'spread:*')).match(/spread:/g);
      expect(keys?.length).toBeGreaterThan(20);
    }
    await redis.close();
  });
});
