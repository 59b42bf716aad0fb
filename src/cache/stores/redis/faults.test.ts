import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RedisServer } from '../../../../bench/support/redis-server.js';
import { SlowProxy } from '../../../../bench/support/slow-proxy.js';
import { PATIENT_REDIS } from '../../../../test/support/patient-redis.js';
import { createRedisLeases, openRedis } from '../../../redis/index.js';
import { type Cache, createRedisTier, namedKey, openCaches } from '../../index.js';

const stops: (() => Promise<void>)[] = [];
let server: RedisServer;
let proxy: SlowProxy;

interface Node {
  readonly cache: Cache<string>;
  readonly computed: string[];
}

interface Patience {
  readonly redis: { readonly connectTimeoutMs: number };
  readonly tier: { readonly readTimeoutMs?: number };
  readonly leases: { readonly deadlineMs?: number };
}

/** As the server has it: better to go on without than to wait. */
const IMPATIENT: Patience = { redis: { connectTimeoutMs: 500 }, tier: {}, leases: { deadlineMs: 250 } };
const PATIENT: Patience = {
  redis: PATIENT_REDIS,
  tier: { readTimeoutMs: PATIENT_REDIS.commandTimeoutMs },
  leases: {},
};

/** One process of several that share the Redis behind a proxy. */
function startNode(patience = IMPATIENT, through = proxy): Node {
  const redis = openRedis({ url: `redis://127.0.0.1:${through.port}`, ...patience.redis });
  const shared = createRedisTier(redis, patience.tier);
  const leases = createRedisLeases(redis, patience.leases);
  const caches = openCaches({ memoryLimitBytes: 1_000_000 }, { shared, leases });
  const cache = caches.create<string>({
    name: 'answer',
    version: 1,
    ttlMs: 60_000,
    bytesOf: (value) => value.length * 2,
    isValue: (candidate) => typeof candidate === 'string',
  });
  stops.push(async () => {
    await caches.close();
    await leases.close();
    await shared.close();
    await redis.close();
  });
  return { cache, computed: [] };
}

function ask(
  { cache, computed }: Node,
  name: string,
): Promise<{ readonly value: string; readonly outcome: string }> {
  return cache.getOrCompute(namedKey('회사', name), async () => {
    computed.push(name);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return `답 ${name}`;
  });
}

const names = (prefix: string): string[] => Array.from({ length: 40 }, (_, i) => `${prefix}${i}`);

async function askAll(node: Node, prefix: string): Promise<void> {
  const found = await Promise.all(names(prefix).map((name) => ask(node, name)));
  expect(found.map(({ value }) => value)).toEqual(names(prefix).map((name) => `답 ${name}`));
}

/** Whether what one node computes is found by the other. */
async function isShared(writer: Node, reader: Node, name: string): Promise<boolean> {
  await ask(writer, name);
  await new Promise((resolve) => setTimeout(resolve, 50));
  return (await ask(reader, name)).outcome === 'hit';
}

beforeEach(async () => {
  server = await RedisServer.start();
  proxy = await SlowProxy.start(server.port);
  stops.push(
    () => server.stop(),
    () => proxy.stop(),
  );
});

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe('nodes that share Redis', () => {
  it('compute a key once between them, however many ask at once', async () => {
    const nodes = Array.from({ length: 3 }, () => startNode(PATIENT));
    await Promise.all(nodes.map(({ cache }) => cache.get(namedKey('회사', 'warm'))));
    const found = await Promise.all(
      nodes.flatMap((node) => Array.from({ length: 300 }, () => ask(node, 'one'))),
    );
    expect(new Set(found.map(({ value }) => value))).toEqual(new Set(['답 one']));
    expect(nodes.flatMap(({ computed }) => computed)).toEqual(['one']);
  });

  it('reads all keys of one tick in one round trip', async () => {
    const own = await SlowProxy.start(server.port);
    stops.push(() => own.stop());
    const [writer, reader] = [startNode(PATIENT), startNode(PATIENT, own)];
    await askAll(writer, 'k');
    await reader.cache.get(namedKey('회사', 'warm'));
    await expect.poll(async () => (await reader.cache.get(namedKey('회사', 'k39')))?.outcome).toBe('hit');
    const before = own.requests;
    const found = await Promise.all(
      names('k')
        .slice(0, 39)
        .map((name) => reader.cache.get(namedKey('회사', name))),
    );
    expect(found.every((hit) => hit?.tier === 'shared')).toBe(true);
    expect(own.requests - before).toBe(1);
  });

  it('drops what another node invalidates, from memory too', async () => {
    const [one, two] = [startNode(PATIENT), startNode(PATIENT)];
    await ask(one, 'user_1');
    await expect.poll(async () => (await two.cache.get(namedKey('회사', 'user_1')))?.outcome).toBe('hit');
    await one.cache.invalidate({ tenant: '회사', pattern: 'user_*' });
    await expect.poll(() => two.cache.peek(namedKey('회사', 'user_1'))).toBeUndefined();
    expect((await ask(two, 'user_1')).outcome).toBe('miss');
  });
});

const FAULTS: Readonly<Record<string, { begin: () => unknown; end: () => unknown }>> = {
  killed: { begin: () => server.kill(), end: () => server.restart() },
  stopped: { begin: () => server.pause(), end: () => server.resume() },
  full: { begin: () => server.setMemoryLimit(1), end: () => server.setMemoryLimit(0) },
  'answering after a second': {
    begin: () => {
      proxy.delayMs = 1_000;
    },
    end: () => {
      proxy.delayMs = 0;
    },
  },
  'restarted empty': {
    begin: async () => {
      await server.kill();
      await server.restart();
    },
    end: () => {},
  },
};

describe.each(Object.entries(FAULTS))('caches whose Redis is %s', (_, { begin, end }) => {
  it('fail no call, before, during or after, and share again by themselves', async () => {
    const [one, two] = [startNode(), startNode()];
    await askAll(one, 'before');
    const during = askAll(one, 'while');
    await begin();
    await during;
    for (const round of ['a', 'b', 'c']) await Promise.all([askAll(one, round), askAll(two, round)]);
    await askAll(one, 'before');
    await one.cache.delete(namedKey('회사', 'a1'));
    await end();
    let attempt = 0;
    await expect.poll(() => isShared(one, two, `after${attempt++}`)).toBe(true);
  });
});
