import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisServer } from '../../../../bench/support/redis-server.js';
import { RedisCluster } from '../../../../test/support/redis-cluster.js';
import { sharedTierModelTest } from '../../../../test/support/shared-tier-model.js';
import { record, sharedTierSuite, type TierPair } from '../../../../test/support/shared-tier-suite.js';
import { systemClock } from '../../../core/index.js';
import { openRedis, type Redis } from '../../../redis/index.js';
import type { SharedTier } from '../../tier.js';
import { createRedisTier } from './index.js';

/** On a busy machine an answer may take its time; how long is not the question here. */
const PATIENCE_MS = 10_000;

/** The same tests on one server and on a cluster. */
function suite(urlOf: () => string): void {
  let redis: Redis;
  let other: Redis;
  let stores = 0;
  beforeAll(async () => {
    const options = { url: urlOf(), commandTimeoutMs: PATIENCE_MS, connectTimeoutMs: PATIENCE_MS };
    [redis, other] = [openRedis(options), openRedis(options)];
    await Promise.all([redis, other].map((connection) => connection.call(['PING'])));
  });
  afterAll(() => Promise.all([redis.close(), other.close()]));

  const openPair = async (): Promise<TierPair> => {
    const options = { keyPrefix: `t${stores++}:`, readTimeoutMs: PATIENCE_MS };
    const [here, there] = [createRedisTier(redis, options), createRedisTier(other, options)];
    const close = async (): Promise<void> => {
      await Promise.all([here.close(), there.close()]);
    };
    return { here, there, close };
  };
  sharedTierSuite(openPair);
  sharedTierModelTest(async () => (await openPair()).here);

  it('keeps no id on a tag for much longer than its entry lives', async () => {
    const laterMs = 600_000;
    const clock = { ...systemClock, now: () => Date.now() + laterMs };
    const [now, then] = [createRedisTier(redis), createRedisTier(redis, { clock })];
    const ids = Array.from({ length: 300 }, (_, at) => `${at}`);
    const write = (tier: SharedTier, id: string, keepUntilMs: number) =>
      tier.write(
        { cache: 'tags', tenant: 't', id },
        record('x', { freshUntilMs: keepUntilMs, keepUntilMs }),
        ['hot'],
      );
    await Promise.all(ids.map((id) => write(now, id, Date.now() + 300_000)));
    await Promise.all(ids.map((id) => write(then, `later${id}`, clock.now() + 300_000)));
    const tagKeys: string[] = [];
    for await (const page of redis.scan('narae:cache-tag:{tags:t:*')) tagKeys.push(...page);
    const counts = await Promise.all(tagKeys.map((key) => redis.call(['ZCARD', key])));
    expect(counts.reduce<number>((sum, count) => sum + Number(count), 0)).toBe(ids.length);
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
    const redis = openRedis({ url: cluster.url, commandTimeoutMs: PATIENCE_MS });
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
