import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../bench/support/free-port.js';
import { RedisServer } from '../../bench/support/redis-server.js';
import { SlowProxy } from '../../bench/support/slow-proxy.js';
import { PATIENT_REDIS } from '../../test/support/patient-redis.js';
import { RedisCluster } from '../../test/support/redis-cluster.js';
import type { NaraeEvent } from '../observe/events.js';
import { openRedis, type RedisOptions } from './index.js';
import type { Redis } from './spec.js';

const UNAVAILABLE = { code: 'redis_unavailable' };
const stops: (() => Promise<void>)[] = [];

function connect(
  options: Partial<RedisOptions> & Pick<RedisOptions, 'url'>,
): Redis & { events: NaraeEvent[] } {
  const events: NaraeEvent[] = [];
  const redis = openRedis({ ...PATIENT_REDIS, ...options }, { emit: (event) => events.push(event) });
  stops.push(() => redis.close());
  return Object.assign(redis, { events });
}

/** Handles that keep a process alive, by kind, once they are as few as asked for or a while has passed. */
async function handles(atMost = 0): Promise<readonly string[]> {
  for (let round = 0; ; round++) {
    const kinds = process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout|GetAddrInfo/.test(kind));
    if (kinds.length <= atMost || round === 500) return kinds;
    // Its timer is gone when the handles are counted.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const back = (redis: Redis) => expect.poll(() => redis.call(['PING']).catch(() => 'no')).toBe('PONG');

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe('Redis that fails', () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await RedisServer.start();
    stops.push(() => server.stop());
  });

  it('is not waited for when it is not there, and is found when it comes', async () => {
    await server.kill();
    const redis = connect({ url: server.url });
    const refused = await redis.call(['PING']).catch((error: unknown) => error);
    expect(refused).toMatchObject(UNAVAILABLE);
    expect(String(refused).match(/did not answer/g)).toHaveLength(1);
    expect(redis.health).toMatchObject({
      state: 'connecting',
      lastError: expect.stringContaining('ECONNREFUSED'),
    });
    await server.restart();
    await back(redis);
    expect(redis.health.state).toBe('ready');
    const told = redis.events.map((event) => event.type === 'notice' && event.message);
    expect(told).toEqual([expect.stringContaining('is down'), expect.stringContaining('is back')]);
  });

  it('rejects what was under way when it is killed; subscriptions and tracking come back with it', async () => {
    const [redis, other] = [connect({ url: server.url }), connect({ url: server.url })];
    const heard: string[] = [];
    let gaps = 0;
    const changes: (string | undefined)[] = [];
    await redis.subscribe(
      '소식',
      (message) => heard.push(String(message)),
      () => gaps++,
    );
    await redis.followChanges('k:', (key) => changes.push(key));
    await back(redis);
    server.pause();
    const pending = expect(redis.call(['GET', 'k'])).rejects.toMatchObject(UNAVAILABLE);
    await server.kill();
    await pending;
    [gaps, changes.length] = [0, 0];
    await server.restart();
    await Promise.all([back(redis), back(other)]);
    await expect.poll(() => gaps).toBeGreaterThan(0);
    expect(changes).toContain(undefined);
    await other.publish('소식', '다시');
    await other.call(['SET', 'k:1', 'x']);
    await expect.poll(() => heard).toEqual(['다시']);
    await expect.poll(() => changes.at(-1)).toBe('k:1');
  });

  it('when it answers nothing, is given up in time, then refused at once, and is back by itself', async () => {
    const redis = connect({ url: server.url, connectTimeoutMs: 500 });
    await back(redis);
    server.pause();
    const calls = Array.from({ length: 50 }, () => redis.call(['GET', 'x'], { deadlineMs: 20 }));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    // Silent for as long as connecting may take, the connection counts as dead.
    await expect
      .poll(() => redis.call(['GET', 'x'], { deadlineMs: 20 }).catch(() => redis.health.lastError))
      .toMatch(/silent|no connection/);
    server.resume();
    await back(redis);
  });

  it('when it is slow, is left alone by those who cannot wait and still serves those who can', async () => {
    const proxy = await SlowProxy.start(server.port);
    stops.push(() => proxy.stop());
    const breaker = { failures: 5, failureRatio: 0.5, windowMs: 3_000, openMs: 3_000 };
    const redis = connect({ url: `redis://127.0.0.1:${proxy.port}`, breaker });
    await back(redis);
    await redis.call(['SET', 'x', '1']);
    proxy.delayMs = 200;
    const impatient = (): Promise<unknown> =>
      redis.call(['GET', 'x'], { deadlineMs: 20 }).catch((error) => error);
    await Promise.all(Array.from({ length: 20 }, impatient));
    const before = proxy.requests;
    const refused = await Promise.all(Array.from({ length: 100 }, impatient));
    expect(refused.map((error) => (error as Error).message)).toEqual(
      refused.map(() => expect.stringContaining('left alone')),
    );
    expect(proxy.requests).toBe(before);
    expect(await redis.call(['GET', 'x'])).toEqual(Buffer.from('1'));
    proxy.delayMs = 0;
    await expect.poll(impatient).toEqual(Buffer.from('1'));
  });

  it('hears every channel, also those that were asked for while it was connecting', async () => {
    const proxy = await SlowProxy.start(server.port);
    stops.push(() => proxy.stop());
    proxy.delayMs = 60;
    const redis = connect({ url: `redis://127.0.0.1:${proxy.port}` });
    const channels = Array.from({ length: 30 }, (_, i) => `채널${i}`);
    const heard = new Set<string>();
    const begun = channels.map(async (channel, i) => {
      await new Promise((resolve) => setTimeout(resolve, i * 10));
      await redis.subscribe(channel, () => heard.add(channel));
    });
    await Promise.all(begun);
    proxy.delayMs = 0;
    await Promise.all(channels.map((channel) => redis.publish(channel, 'x')));
    await expect.poll(() => heard.size).toBe(channels.length);
  });

  it('bounds what waits for it', async () => {
    const redis = connect({ url: server.url, maxWaiting: 10 });
    await back(redis);
    server.pause();
    const calls = Array.from({ length: 12 }, () =>
      redis.call(['PING']).catch((error: Error) => error.message),
    );
    server.resume();
    const answers = await Promise.all(calls);
    expect(answers.filter((answer) => answer === 'PONG')).toHaveLength(10);
    expect(answers[11]).toContain('owes 10 answers');
  });

  it('when it is full, refuses writes and serves reads', async () => {
    const redis = connect({ url: server.url });
    await back(redis);
    await redis.call(['SET', 'x', '1']);
    await server.setMemoryLimit(1);
    const big = Buffer.alloc(10_000);
    await expect(redis.call(['SET', 'y', big])).rejects.toMatchObject({ code: 'redis_refused' });
    expect(await redis.call(['GET', 'x'])).toEqual(Buffer.from('1'));
    await server.setMemoryLimit(0);
    expect(await redis.call(['SET', 'y', big])).toBe('OK');
  });

  it('leaves nothing behind when it is closed, connected or not', async () => {
    await server.ask('PING');
    const before = await handles();
    const nobody = await freePort();
    for (const url of [server.url, `redis://127.0.0.1:${nobody}`, 'redis://192.0.2.1:6379']) {
      const redis = openRedis({ url });
      await redis.subscribe('x', () => {}).catch(() => {});
      await redis.close();
      await redis.close();
    }
    server.pause();
    const stuck = openRedis({ url: server.url, ...PATIENT_REDIS });
    const waiting = stuck.call(['PING']).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await stuck.close();
    expect(await waiting).toMatchObject({ code: 'closing' });
    expect((await handles(before.length)).length).toBeLessThanOrEqual(before.length);
  });
});

describe('Redis, a cluster', () => {
  let cluster: RedisCluster;
  beforeEach(async () => {
    cluster = await RedisCluster.start();
    stops.push(() => cluster.stop());
  });

  it('finds keys wherever they are, scans all nodes, and follows a slot that moves', async () => {
    const redis = connect({ url: cluster.url });
    await back(redis);
    const keys = Array.from({ length: 100 }, (_, i) => `키:${i}`);
    await Promise.all(keys.map((key, i) => redis.call(['SET', key, i])));
    const values = await Promise.all(keys.map((key) => redis.call(['GET', key])));
    expect(values.map(Number)).toEqual(keys.map((_, i) => i));
    const found: string[] = [];
    for await (const page of redis.scan('키:*')) found.push(...page);
    expect(found.sort()).toEqual([...keys].sort());

    await redis.call(['SET', '{moving}', '1']);
    await cluster.moveSlotOf('{moving}');
    expect(await redis.call(['GET', '{moving}'])).toEqual(Buffer.from('1'));
    const script = { name: 's', lua: "return redis.call('GET', KEYS[1])" };
    expect(await redis.run(script, ['{moving}'], [])).toEqual(Buffer.from('1'));
  });

  it('needs one root only, tells of changes on all nodes, and carries messages between them', async () => {
    const [first] = cluster.servers;
    const [writer, reader] = [connect({ url: cluster.url }), connect({ url: `${first?.url},${first?.url}` })];
    await expect.poll(() => reader.health.state).toBe('ready');
    const changes: (string | undefined)[] = [];
    await reader.followChanges('k:', (key) => changes.push(key));
    changes.length = 0;
    const keys = Array.from({ length: 30 }, (_, i) => `k:${i}`);
    await Promise.all(keys.map((key) => writer.call(['SET', key, 'x'])));
    await expect.poll(() => [...changes].sort()).toEqual([...keys].sort());
    const heard: string[] = [];
    await reader.subscribe('c', (message) => heard.push(String(message)));
    for (let i = 0; i < 3; i++) await writer.publish('c', `${i}`);
    await expect.poll(() => [...heard].sort()).toEqual(['0', '1', '2']);
  });

  it('goes on with the other nodes when one is gone, and with that one when it is back', async () => {
    await cluster.serveInPart();
    const redis = connect({ url: cluster.url });
    const keys = Array.from({ length: 60 }, (_, i) => `k${i}`);
    const ask = () => Promise.allSettled(keys.map((key) => redis.call(['SET', key, 'x'])));
    await ask();
    await cluster.servers[1]?.kill();
    await ask();
    const outcomes = (await ask()).map(({ status }) => status);
    expect(outcomes.filter((status) => status === 'fulfilled').length).toBeGreaterThan(20);
    expect(outcomes).toContain('rejected');
    await cluster.servers[1]?.restart();
    await expect.poll(async () => (await ask()).filter(({ status }) => status === 'rejected').length).toBe(0);
  });
});
