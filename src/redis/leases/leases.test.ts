import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisServer } from '../../../bench/support/redis-server.js';
import { SlowProxy } from '../../../bench/support/slow-proxy.js';
import { PATIENT_REDIS } from '../../../test/support/patient-redis.js';
import { withMoreTime } from '../../../test/support/with-more-time.js';
import { createLocalLeases, createRedisLeases, openRedis } from '../index.js';
import type { OwnLeases, Redis } from '../spec.js';

const never = (): AbortSignal => new AbortController().signal;

/** What holds for leases wherever they live. */
function conformance(make: () => OwnLeases): void {
  let leases: OwnLeases;
  beforeEach(() => {
    leases = make();
  });
  afterEach(() => leases.close());

  it('grants a name to one at a time, and fences rise', async () => {
    const first = await leases.acquire('대화:1', 5_000, never());
    expect(await leases.tryAcquire('대화:1', 5_000)).toBeUndefined();
    const other = await leases.tryAcquire('대화:2', 5_000);
    expect(other).toBeDefined();
    await first.release();
    await first.release();
    const second = await leases.tryAcquire('대화:1', 5_000);
    expect(second?.fence).toBeGreaterThan(first.fence);
    expect(first.lost.aborted).toBe(false);
  });

  it('never lets two in, whoever waits, and everybody has a turn', async () => {
    let [inside, turns, lastFence] = [0, 0, 0];
    const work = async (): Promise<void> => {
      const lease = await leases.acquire('busy', 5_000, never());
      expect(++inside).toBe(1);
      expect(lease.fence).toBeGreaterThan(lastFence);
      lastFence = lease.fence;
      await sleep(1);
      inside--;
      turns++;
      await lease.release();
    };
    await Promise.all(Array.from({ length: 20 }, work));
    expect(turns).toBe(20);
  });

  it('wakes a waiter at the release, and lets one leave', async () => {
    const holder = await leases.acquire('door', 60_000, never());
    const leaving = new AbortController();
    const left = leases.acquire('door', 60_000, leaving.signal);
    const stays = leases.acquire('door', 60_000, never());
    await sleep(20);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    await holder.release();
    expect((await stays).fence).toBeGreaterThan(holder.fence);
  });

  it('takes leases back when it closes', async () => {
    const lease = await leases.acquire('mine', 60_000, never());
    await leases.close();
    expect(lease.lost.aborted).toBe(true);
    await expect(leases.acquire('other', 60_000, never())).rejects.toMatchObject({ code: 'closing' });
  });
}

describe('local leases', () => {
  conformance(() => createLocalLeases());

  it('give fences that rise over a restart', async () => {
    const before = await createLocalLeases().acquire('x', 1_000, never());
    await sleep(2);
    const after = await createLocalLeases().acquire('x', 1_000, never());
    expect(after.fence).toBeGreaterThan(before.fence);
  });
});

describe('leases in Redis', () => {
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
  conformance(() => createRedisLeases(redis));

  it('are kept beyond their time by renewal, and free soon after their holder died', async () => {
    await withMoreTime(150, async (ttlMs) => {
      const other = openRedis({ url: server.url, ...PATIENT_REDIS });
      const [mine, theirs] = [createRedisLeases(redis), createRedisLeases(other)];
      await theirs.acquire('shared', ttlMs, never());
      const waiting = mine.acquire('shared', ttlMs, never());
      let granted = false;
      void waiting.then(() => {
        granted = true;
      });
      await sleep(3 * ttlMs);
      const wasGranted = granted;
      await other.close();
      await (await waiting).release();
      await mine.close();
      await theirs.close();
      expect(wasGranted).toBe(false);
    });
  });

  it('are waited for while Redis answers others, and given up where it is silent', async () => {
    const proxy = await SlowProxy.start(server.port);
    const far = openRedis({ url: `redis://127.0.0.1:${proxy.port}` });
    await far.call(['PING']);
    const leases = createRedisLeases(far, { deadlineMs: 200 });
    proxy.delayMs = 300;
    const busy = setInterval(() => void far.call(['PING']).catch(() => {}), 20);
    await sleep(400);
    const lease = await leases.acquire('patience', 5_000, never());
    clearInterval(busy);
    await lease.release();
    proxy.delayMs = 60_000;
    await expect(leases.acquire('patience', 5_000, never())).rejects.toMatchObject({
      code: 'redis_unavailable',
    });
    await leases.close();
    await far.close();
    await proxy.stop();
  });

  it('are lost when taken away or not renewable in time, and fences rise over an empty restart', async () => {
    const leases = createRedisLeases(redis);
    const taken = await leases.acquire('taken', 90, never());
    await server.ask('FLUSHALL');
    await expect.poll(() => taken.lost.aborted).toBe(true);
    const stranded = await leases.acquire('stranded', 3_000, never());
    await server.kill();
    expect(stranded.lost.aborted).toBe(false);
    await expect.poll(() => stranded.lost.aborted).toBe(true);
    await expect(leases.acquire('stranded', 200, never())).rejects.toMatchObject({
      code: 'redis_unavailable',
    });
    await server.restart();
    await expect.poll(() => redis.health.state).toBe('ready');
    const after = await leases.acquire('stranded', 200, never());
    expect(after.fence).toBeGreaterThan(stranded.fence);
    await leases.close();
  });
});
