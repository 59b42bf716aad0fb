import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RedisServer } from '../../bench/support/redis-server.js';
import { openRedis } from './index.js';
import type { Redis } from './spec.js';

describe('Redis, one server', () => {
  let server: RedisServer;
  const open: Redis[] = [];
  const connect = (options: Partial<Parameters<typeof openRedis>[0]> = {}): Redis => {
    const redis = openRedis({
      url: server.url,
      commandTimeoutMs: 10_000,
      connectTimeoutMs: 10_000,
      ...options,
    });
    open.push(redis);
    return redis;
  };
  beforeAll(async () => {
    server = await RedisServer.start({ password: '비밀:p@ss' });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((redis) => redis.close()));
    await server.ask('FLUSHALL');
  });
  afterAll(() => server.stop());

  it('answers calls made before it is connected; bytes and text, Korean too, come back as they went', async () => {
    const redis = connect();
    expect(redis.health.state).toBe('connecting');
    const bytes = Buffer.from([0, 255, 13, 10]);
    expect(await redis.call(['SET', '열쇠', bytes, 'PX', 60_000])).toBe('OK');
    expect(await redis.call(['GET', '열쇠'])).toEqual(bytes);
    await redis.call(['HSET', 'h', 'a', 1, '나', '다']);
    expect(await redis.call(['HGETALL', 'h'])).toEqual(
      ['a', '1', '나', '다'].map((text) => Buffer.from(text)),
    );
    expect(await redis.call(['GET', 'none'])).toBeNull();
    expect(redis.health).toMatchObject({ state: 'ready' });
  });

  it('runs scripts, also after the server forgot them', async () => {
    const redis = connect();
    const script = { name: 'add', lua: "return redis.call('INCRBY', KEYS[1], ARGV[1])" };
    expect(await redis.run(script, ['n'], [2])).toBe(2);
    await redis.call(['SCRIPT', 'FLUSH']);
    expect(await redis.run(script, ['n'], [3])).toBe(5);
  });

  it('sends the commands of one tick in one round trip', async () => {
    const redis = connect();
    await redis.call(['PING']);
    const reads = async () =>
      Number(/total_reads_processed:(\d+)/.exec(String(await redis.call(['INFO', 'stats'])))?.[1]);
    const before = await reads();
    await Promise.all(Array.from({ length: 200 }, (_, i) => redis.call(['SET', `k${i}`, i])));
    // The reads of the 200 commands and of INFO itself.
    expect((await reads()) - before).toBeLessThanOrEqual(3);
  });

  it('tells refusals from failures, and shows no password', async () => {
    const redis = connect();
    await redis.call(['SET', 'text', 'x']);
    await expect(redis.call(['INCR', 'text'])).rejects.toMatchObject({ code: 'redis_refused' });
    const wrong = connect({ url: server.url.replace('p%40ss', 'wrong') });
    const error = await wrong.call(['PING']).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'redis_unavailable' });
    expect((error as Error).message).toContain('WRONGPASS');
    expect((error as Error).message).not.toContain('wrong');
  });

  it('hears what is published until told to stop', async () => {
    const [speaker, hearer] = [connect(), connect()];
    const heard: string[] = [];
    const stop = await hearer.subscribe('소식', (message) => heard.push(String(message)));
    await speaker.publish('소식', '하나');
    await expect.poll(() => heard).toEqual(['하나']);
    stop();
    const again = await hearer.subscribe('소식', (message) => heard.push(`2:${message}`));
    await speaker.publish('소식', '둘');
    await expect.poll(() => heard).toEqual(['하나', '2:둘']);
    again();
  });

  it('tells which keys others changed, not what it changed itself', async () => {
    const [writer, follower] = [connect(), connect()];
    await Promise.all([writer.call(['PING']), follower.call(['PING'])]);
    const seen: (string | undefined)[] = [];
    const stop = await follower.followChanges('가:', (key) => seen.push(key));
    seen.length = 0;
    await writer.call(['SET', '가:1', 'x']);
    await follower.call(['SET', '가:2', 'x']);
    await writer.call(['SET', '나:1', 'x']);
    await writer.call(['DEL', '가:2']);
    await expect.poll(() => seen).toEqual(['가:1', '가:2']);
    await writer.call(['FLUSHALL']);
    await expect.poll(() => seen.at(-1)).toBeUndefined();
    stop();
  });

  it('pages through keys', async () => {
    const redis = connect();
    await Promise.all(Array.from({ length: 1_200 }, (_, i) => redis.call(['SET', `page:${i}`, i])));
    await redis.call(['SET', 'other', 1]);
    const found = new Set<string>();
    for await (const keys of redis.scan('page:*')) for (const key of keys) found.add(key);
    expect(found.size).toBe(1_200);
  });

  it('refuses addresses that make no sense, with the key', () => {
    for (const url of [
      '',
      'http://x',
      'redis://',
      'redis://h/x',
      'redis://:geheim@h:x',
      'redis://a/1,redis://b',
    ])
      expect(() => openRedis({ url })).toThrow(/redis\.url(?!.*geheim)/);
  });

  it('leaves a call when its signal aborts, and refuses calls once closed', async () => {
    const redis = connect();
    const left = redis.call(['PING'], { signal: AbortSignal.timeout(0) });
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    await redis.close();
    await expect(redis.call(['PING'])).rejects.toMatchObject({ code: 'closing' });
    expect(redis.health.state).toBe('closed');
  });
});
