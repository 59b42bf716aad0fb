import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MemorySaver } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import Database from 'libsql';
import {
  NaraeSaver,
  openEmbeddedCheckpoints,
  openRedis,
  openRedisCheckpoints,
} from '../../../dist/langgraph/index.js';
import { installPeer } from '../../gateway/install-peer.js';
import type { RedisServer } from '../../support/redis-server.js';
import { noise, prose, type Writer } from './prose.js';

/** A saver with its store open and empty. */
export interface Opened {
  readonly saver: BaseCheckpointSaver;
  /** Another over the same store, that has seen nothing. */
  readonly fresh?: () => BaseCheckpointSaver;
  /** All that the store takes, indexes and overhead included. */
  storedBytes(): Promise<number>;
  close(): Promise<void>;
}

export interface Contender {
  readonly name: string;
  readonly isOnRedis?: boolean;
  readonly text: () => Writer;
  open(redis: RedisServer): Promise<Opened>;
}

export const CONTENDERS: readonly Contender[] = [
  { name: 'narae, embedded', text: prose, open: openEmbedded },
  { name: 'narae, embedded, random letters', text: noise, open: openEmbedded },
  { name: 'narae, Redis', isOnRedis: true, text: prose, open: openNaraeOnRedis },
  { name: 'narae, Redis, random letters', isOnRedis: true, text: noise, open: openNaraeOnRedis },
  { name: 'MemorySaver', text: prose, open: openMemory },
  { name: 'SqliteSaver', text: prose, open: openSqlite },
  { name: 'RedisSaver', isOnRedis: true, text: prose, open: openPeerOnRedis },
];

async function openEmbedded(): Promise<Opened> {
  const file = new DatabaseFile();
  const store = openEmbeddedCheckpoints({ path: file.path });
  return {
    saver: new NaraeSaver({ store }),
    fresh: () => new NaraeSaver({ store }),
    storedBytes: async () => file.bytes(),
    close: async () => {
      await store.close();
      file.remove();
    },
  };
}

async function openNaraeOnRedis(server: RedisServer): Promise<Opened> {
  const redis = openRedis({ url: server.url, commandTimeoutMs: 60_000, connectTimeoutMs: 60_000 });
  await redis.call(['FLUSHALL']);
  const store = openRedisCheckpoints({ redis });
  return {
    saver: new NaraeSaver({ store }),
    fresh: () => new NaraeSaver({ store }),
    storedBytes: async () => {
      let bytes = 0;
      for await (const keys of redis.scan('*'))
        for (const key of keys) bytes += Number(await redis.call(['MEMORY', 'USAGE', key, 'SAMPLES', 0]));
      return bytes;
    },
    close: () => redis.close(),
  };
}

async function openMemory(): Promise<Opened> {
  const saver = new MemorySaver();
  return {
    saver,
    storedBytes: async () => bytesIn(saver.storage) + bytesIn(saver.writes),
    close: async () => {},
  };
}

/** On libsql, which has the same interface as its own driver: that one comes only by an install script. */
async function openSqlite(): Promise<Opened> {
  const { SqliteSaver } = await importPeer<{ SqliteSaver: new (database: unknown) => BaseCheckpointSaver }>(
    '@langchain/langgraph-checkpoint-sqlite',
  );
  const file = new DatabaseFile();
  const database = new Database(file.path);
  return {
    saver: new SqliteSaver(database),
    fresh: () => new SqliteSaver(database),
    storedBytes: async () => file.bytes(),
    close: async () => {
      database.close();
      file.remove();
    },
  };
}

async function openPeerOnRedis(server: RedisServer): Promise<Opened> {
  const { RedisSaver } = await importPeer<{
    RedisSaver: { fromUrl(url: string): Promise<BaseCheckpointSaver> };
  }>('@langchain/langgraph-checkpoint-redis');
  const saver = await RedisSaver.fromUrl(server.url);
  // It has no TypeScript name for what closes it.
  const close = () => (saver as unknown as { end(): Promise<void> }).end();
  return { saver, storedBytes: async () => Number.NaN, close };
}

async function importPeer<Module>(name: string): Promise<Module> {
  const folder = await installPeer('langgraph-savers');
  return import(pathToFileURL(join(folder, 'node_modules', name, 'dist/index.js')).href) as Promise<Module>;
}

/** A database in a folder of its own. */
class DatabaseFile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'narae-bench-'));
  readonly path = join(this.#folder, 'checkpoints.db');

  /** With everything in the log moved into it. */
  bytes(): number {
    const database = new Database(this.path);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const files = [this.path, `${this.path}-wal`].filter(existsSync);
    return files.reduce((sum, file) => sum + statSync(file).size, 0);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function bytesIn(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, inner]) => sum + key.length + bytesIn(inner), 0);
}
