import { Closer, newId } from '../core/index.js';
import type { EventSink } from '../observe/index.js';
import type { Redis } from '../redis/spec.js';
import { NeighbourLogs, Neighbours } from './neighbours/index.js';
import type { RunsOptions, ThreadStoreOptions } from './options.js';
import { openRuns, type PartCodec } from './runs/index.js';
import type { Runs, ThreadStore } from './spec.js';
import { EmbeddedRunStore, EmbeddedThreadStore, openThreadDatabase } from './stores/embedded/index.js';
import { RedisRunStore, RedisSharedLogs, RedisThreadStore, ThreadKeys } from './stores/redis/index.js';

export interface ConversationsSettings<Part> {
  /** Where conversations are kept. The connection to Redis stays its opener's. */
  readonly store:
    | { readonly kind: 'embedded'; readonly dataDir: string }
    | { readonly kind: 'redis'; readonly redis: Redis; readonly keyPrefix?: string };
  readonly codec: PartCodec<Part>;
  readonly threads?: ThreadStoreOptions;
  readonly runs?: RunsOptions;
  readonly emit?: EventSink;
}

export interface Conversations<Part> {
  readonly threads: ThreadStore;
  readonly runs: Runs<Part>;
  /** Interrupts what is under way and records it. Idempotent. */
  close(): Promise<void>;
}

/** Threads and runs on one store. Rejects with a `storage_…` or `redis_…` error. */
export async function openConversations<Part>(
  settings: ConversationsSettings<Part>,
): Promise<Conversations<Part>> {
  const closer = new Closer();
  const node = newId('node');
  const { threads, ...rest } =
    settings.store.kind === 'embedded'
      ? onDisk(settings, settings.store.dataDir, node)
      : onRedis(settings, settings.store.redis, settings.store.keyPrefix ?? 'narae:', node);
  closer.add('threads', () => threads.close());
  try {
    const { codec, runs: options = {}, emit } = settings;
    const runs = await openRuns({ threads, ...rest, node, codec, options, ...(emit && { emit }) });
    closer.add('runs', () => runs.close());
    return { threads, runs, close: () => closer.close() };
  } catch (error) {
    await closer.close();
    throw error;
  }
}

function onDisk<Part>({ threads, runs, codec }: ConversationsSettings<Part>, dataDir: string, node: string) {
  const database = openThreadDatabase(dataDir);
  const neighbours = new Neighbours(node);
  return {
    threads: new EmbeddedThreadStore(database, threads),
    store: new EmbeddedRunStore(database, neighbours, runs),
    shared: new NeighbourLogs(neighbours, codec),
  };
}

function onRedis<Part>(
  { threads, runs, codec }: ConversationsSettings<Part>,
  redis: Redis,
  keyPrefix: string,
  node: string,
) {
  const keys = new ThreadKeys(keyPrefix);
  return {
    threads: new RedisThreadStore(redis, { ...threads, keyPrefix }),
    store: new RedisRunStore(redis, keys, node, runs),
    shared: new RedisSharedLogs(redis, keys, codec, runs),
  };
}
