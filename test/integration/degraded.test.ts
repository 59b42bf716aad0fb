import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RedisServer } from '../../bench/support/redis-server.js';
import { HANDBOOK, type RunningServer, startNaraeServer, temporaryFolder } from '../support/narae.js';

const BOTH = [
  { part: 'conversations', code: 'redis_unavailable' },
  { part: 'shared_caches', code: 'redis_unavailable' },
];
/** Until what Redis does, or does no more, is noticed. */
const PATIENCE = { timeout: 30_000, interval: 100 };

let redis: RedisServer;
let dataDir: string;
let server: RunningServer;

beforeEach(async () => {
  [redis, dataDir] = await Promise.all([RedisServer.start(), temporaryFolder()]);
});
afterEach(async () => {
  expect(await server.stop()).toBe(0);
  await redis.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(config: object = {}, args: readonly string[] = []): Promise<void> {
  const options = { folder: HANDBOOK, dataDir, env: { REDIS_URL: redis.url } };
  server = await startNaraeServer({ ...options, config: { threads: { leaseSeconds: 1 }, ...config }, args });
}

async function look(path: string) {
  const response = await fetch(server.url + path);
  return { status: response.status, headers: response.headers, body: await response.text() };
}

const ready = async () => JSON.parse((await look('/readyz')).body);

async function post(path: string, body: object) {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const converse = () => post('/chat/stream', { question: 'How much leave is there?' });
const answer = () =>
  post('/v1/chat/completions', { messages: [{ role: 'user', content: 'How much leave is there?' }] });

describe('without its Redis', () => {
  test('a server stays in rotation for answers and says what has to wait', { timeout: 120_000 }, async () => {
    await start();
    expect(await ready()).toEqual({ status: 'ready' });
    expect((await look('/readyz?require=conversations')).status).toBe(200);

    await redis.kill();
    await expect.poll(ready, PATIENCE).toEqual({ status: 'ready', degraded: BOTH });
    const required = await look('/readyz?require=conversations');
    expect([required.status, required.headers.get('retry-after')]).toEqual([503, '1']);
    expect(JSON.parse(required.body).error).toMatchObject({
      code: 'not_ready',
      message: expect.stringContaining('conversations wait for Redis'),
    });
    expect((await look('/metrics')).body).toMatch(/^narae_degraded\{part="conversations"\} 1$/m);
    // What the probe says is what clients meet.
    expect((await answer()).status).toBe(200);
    const refused = await converse();
    expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('redis_unavailable')]);

    await redis.restart();
    await expect.poll(ready, PATIENCE).toEqual({ status: 'ready' });
    expect((await look('/readyz?require=conversations')).status).toBe(200);
    expect((await look('/metrics')).body).not.toContain('narae_degraded{');
    expect((await converse()).status).toBe(200);
  });

  test('that is silent rather than gone, it is the same', { timeout: 120_000 }, async () => {
    await start();
    redis.pause();
    await expect.poll(ready, PATIENCE).toMatchObject({ degraded: expect.arrayContaining([BOTH[0]]) });
    redis.resume();
    await expect.poll(ready, PATIENCE).toEqual({ status: 'ready' });
  });

  test('a server starts, and every worker says so', { timeout: 120_000 }, async () => {
    await redis.kill();
    await start({}, ['--workers', '2']);
    for (let n = 0; n < 8; n++) expect(await ready()).toEqual({ status: 'ready', degraded: BOTH });
    expect((await look('/metrics')).body).toMatch(/^narae_degraded\{part="conversations"\} 2$/m);
    expect((await answer()).status).toBe(200);
  });

  test('conversations of the data folder go on', { timeout: 120_000 }, async () => {
    await start({ threads: { store: 'embedded' } });
    await redis.kill();
    await expect.poll(ready, PATIENCE).toEqual({ status: 'ready', degraded: [BOTH[1]] });
    expect((await look('/readyz?require=conversations')).status).toBe(200);
    expect((await converse()).status).toBe(200);
  });
});

test('a part that is unknown is not required', async () => {
  await start();
  expect((await look('/readyz?require=everything')).status).toBe(400);
});
