import { RedisServer } from '../../bench/support/redis-server.js';
import { openRedis } from '../../dist/redis/index.js';
import type { LifeStep, ThreadStore } from '../../dist/threads/index.js';
import { EmbeddedThreadStore, openThreadDatabase, RedisThreadStore } from '../../dist/threads/index.js';
import { PATIENT_REDIS } from './patient-redis.js';
import { RedisCluster } from './redis-cluster.js';
import { TempFolder } from './temp-folder.js';

export interface StoreSettings {
  readonly life?: readonly LifeStep[];
}

/** An engine that runs, on which stores are opened; each on a connection of its own. */
export interface ThreadEngine {
  open(settings?: StoreSettings): ThreadStore;
  /** Puts bytes in the place of a stored record. */
  spoil(thread: string, sequence: number, change: (record: Buffer) => Buffer): Promise<void>;
  /** What is kept, altogether; to see that nothing stays behind. */
  size(): Promise<number>;
  stop(): Promise<void>;
}

export const ENGINES: Readonly<Record<string, () => Promise<ThreadEngine>>> = {
  embedded: startEmbedded,
  Redis: startRedis,
  'Redis cluster': startCluster,
};

const TENANT = 't';

async function startEmbedded(): Promise<ThreadEngine> {
  const folder = new TempFolder();
  const keeper = openThreadDatabase(folder.path);
  return {
    open: (settings = {}) =>
      new EmbeddedThreadStore(openThreadDatabase(folder.path), { ...settings, sweepIntervalMs: 0 }),
    spoil: async (thread, sequence, change) => {
      const key = '(SELECT row * 1048576 + ? FROM threads WHERE tenant = ? AND id = ?)';
      const place = [sequence, TENANT, thread];
      const row = keeper.first<{ record: Uint8Array }>(`SELECT record FROM turns WHERE key = ${key}`, place);
      keeper.run(`UPDATE turns SET record = ? WHERE key = ${key}`, [
        change(Buffer.from(row?.record ?? [])),
        ...place,
      ]);
    },
    size: async () =>
      keeper.first<{ n: number }>('SELECT (SELECT count(*) FROM threads) + (SELECT count(*) FROM turns) AS n')
        ?.n ?? -1,
    stop: async () => {
      keeper.close();
      folder.remove();
    },
  };
}

async function startRedis(): Promise<ThreadEngine> {
  const server = await RedisServer.start();
  return onRedis(server.url, () => server.stop());
}

async function startCluster(): Promise<ThreadEngine> {
  const cluster = await RedisCluster.start();
  return onRedis(cluster.url, () => cluster.stop());
}

function onRedis(url: string, stop: () => Promise<void>): ThreadEngine {
  const redis = openRedis({ url, ...PATIENT_REDIS });
  const opened = [redis];
  return {
    open: (settings = {}) => {
      const connection = openRedis({ url, ...PATIENT_REDIS });
      opened.push(connection);
      return new RedisThreadStore(connection, settings);
    },
    spoil: async (thread, sequence, change) => {
      const key = `narae:thread:{${TENANT}:${thread}}`;
      const value = (await redis.call(['HGET', key, sequence])) as Buffer;
      const record = change(Buffer.from(value.subarray(16)));
      await redis.call(['HSET', key, sequence, Buffer.concat([value.subarray(0, 16), record])]);
    },
    size: async () => {
      let keys = 0;
      for await (const page of redis.scan('narae:thread:*')) keys += page.length;
      return keys;
    },
    stop: async () => {
      await Promise.all(opened.map((connection) => connection.close()));
      await stop();
    },
  };
}
