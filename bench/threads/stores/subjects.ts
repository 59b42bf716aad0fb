import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRedis } from '../../../dist/redis/index.js';
import {
  EmbeddedThreadStore,
  openThreadDatabase,
  RedisThreadStore,
  type ThreadStore,
} from '../../../dist/threads/index.js';
import type { RedisServer } from '../../support/redis-server.js';

/** An empty store to measure, and how many bytes it holds in the end. */
export interface Subject {
  readonly name: string;
  readonly store: ThreadStore;
  /** All that the threads take; closes the store. */
  storedBytes(threads: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

export const SUBJECTS = [openEmbedded, openOnRedis] as const;
export type OpenSubject = (typeof SUBJECTS)[number];
export const TENANT = 't';

async function openEmbedded(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'narae-bench-'));
  const store = new EmbeddedThreadStore(openThreadDatabase(folder));
  const close = async (): Promise<void> => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const storedBytes = async (): Promise<number> => {
    await store.close();
    return statSync(join(folder, 'threads.db')).size;
  };
  return { name: 'embedded', store, storedBytes, close };
}

async function openOnRedis(server: RedisServer): Promise<Subject> {
  const redis = openRedis({ url: server.url });
  await redis.call(['FLUSHALL']);
  const store = new RedisThreadStore(redis);
  return {
    name: 'Redis',
    store,
    storedBytes: async (threads) => {
      const sizes = threads.map((id) =>
        redis.call(['MEMORY', 'USAGE', `narae:thread:{${TENANT}:${id}}`, 'SAMPLES', 0]),
      );
      return (await Promise.all(sizes)).reduce<number>((total, size) => total + Number(size), 0);
    },
    close: async () => {
      await store.close();
      await redis.close();
    },
  };
}
