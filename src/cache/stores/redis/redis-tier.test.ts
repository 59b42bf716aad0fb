import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisCluster, RedisServer } from '../../../../test/support/redis-server.js';
import { sharedTierModelTest } from '../../../../test/support/shared-tier-model.js';
import { record, sharedTierSuite, type TierPair } from '../../../../test/support/shared-tier-suite.js';
import { systemClock } from '../../../core/index.js';
import { openRedis, type Redis } from '../../../redis/index.js';
import type { SharedTier } from '../../tier.js';
import { createRedisTier } from './index.js';

/** What is tested here is not the deadlines: a busy machine must not fail it. */
const PATIENCE = { readTimeoutMs: 10_000 };
const patient = (url: string) => ({ url, commandTimeoutMs: 10_000 });

let stores = 0;

async function openPair(url: string): Promise<TierPair> {
  const keyPrefix = `narae${stores++}:`;
  const connections = [openRedis(patient(url)), openRedis(patient(url))] as const;
  const [here, there] = [
    createRedisTier(connections[0], { keyPrefix, ...PATIENCE }),
    createRedisTier(connections[1], { keyPrefix, ...PATIENCE }),
  ];
  await Promise.all(connections.map((redis) => redis.call(['PING'])));
  return {
    here,
    there,
    close: async () => {
      await Promise.all([here.close(), there.close()]);
      await Promise.all(connections.map((redis) => redis.close()));
    },
  };
}

describe('the Redis tier on one server', () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    redis = openRedis(patient(server.url));
  });
  afterAll(async () => {
    await redis.close();
    await server.stop();
  });
  sharedTierSuite(() => openPair(server.url));
  sharedTierModelTest(async () => createRedisTier(redis, { keyPrefix: `narae${stores++}:`, ...PATIENCE }));

  it('keeps no id on a tag for much longer than its entry lives', async () => {
    const redis = openRedis(patient(server.url));
    const laterMs = 600_000;
    const later = { ...systemClock, now: () => Date.now() + laterMs };
    const [now, then] = [createRedisTier(redis), createRedisTier(redis, { clock: later })];
    const ids = Array.from({ length: 300 }, (_, at) => `${at}`);
    const write = (tier: SharedTier, id: string, keepUntilMs: number) =>
      tier.write(
        { cache: 'tags', tenant: 't', id },
        record('x', { freshUntilMs: keepUntilMs, keepUntilMs }),
        ['hot'],
      );
    await Promise.all(ids.map((id) => write(now, id, Date.now() + 300_000)));
    await Promise.all(ids.map((id) => write(then, `later${id}`, later.now() + 300_000)));
    const tagKeys: string[] = [];
    for await (const page of redis.scan('narae:cache-tag:{tags:t:*')) tagKeys.push(...page);
    const counts = await Promise.all(tagKeys.map((key) => redis.call(['ZCARD', key])));
    expect(counts.reduce<number>((sum, count) => sum + Number(count), 0)).toBe(ids.length);
    await redis.close();
  });
});

describe('the Redis tier on a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 30_000);
  afterAll(() => cluster.stop());
  sharedTierSuite(() => openPair(cluster.url));

  it('spreads a tenant over all masters', async () => {
    const { here, close } = await openPair(cluster.url);
    await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        here.write({ cache: 's', tenant: 't', id: `${i}` }, record('x'), []),
      ),
    );
    for (const server of cluster.servers)
      expect(Number((await server.ask('DBSIZE')).slice(1))).toBeGreaterThan(20);
    await close();
  });
});
