import { RedisServer } from '../../bench/support/redis-server.js';
import type { Clock } from '../../dist/core/index.js';
import {
  type CheckpointStore,
  openEmbeddedCheckpoints,
  openRedis,
  openRedisCheckpoints,
  type Redis,
} from '../../dist/langgraph/index.js';
import { PATIENT_REDIS } from './patient-redis.js';
import { RedisCluster } from './redis-cluster.js';
import { TempFolder } from './temp-folder.js';

export type CheckpointEngine = 'embedded' | 'redis' | 'cluster';

/** Checkpoint stores on every engine, each with a place of its own. */
export class CheckpointEngines {
  readonly #folder = new TempFolder();
  readonly #stores: CheckpointStore[] = [];
  readonly #redis = new Map<CheckpointEngine, Redis>();
  #server: RedisServer | undefined;
  #cluster: RedisCluster | undefined;
  #opened = 0;

  async start(): Promise<void> {
    [this.#server, this.#cluster] = await Promise.all([RedisServer.start(), RedisCluster.start()]);
    this.#redis.set('redis', openRedis({ url: this.#server.url, ...PATIENT_REDIS }));
    this.#redis.set('cluster', openRedis({ url: this.#cluster.url, ...PATIENT_REDIS }));
  }

  /** A store in a place that was not used yet, or that `place` names: it can be opened again, as another process would. */
  open(
    engine: CheckpointEngine,
    options: { place?: string; ttlMs?: number; clock?: Clock } = {},
  ): CheckpointStore {
    const { place = this.newPlace(), ...rest } = options;
    const store =
      engine === 'embedded'
        ? openEmbeddedCheckpoints({ path: this.path(place), ...rest })
        : openRedisCheckpoints({ redis: this.redis(engine), keyPrefix: `${place}:`, ...rest });
    this.#stores.push(store);
    return store;
  }

  newPlace(): string {
    return `place-${this.#opened++}`;
  }

  path(place: string): string {
    return this.#folder.at(`${place}.db`);
  }

  redis(engine: CheckpointEngine): Redis {
    return this.#redis.get(engine)!;
  }

  get server(): RedisServer {
    return this.#server!;
  }

  async stop(): Promise<void> {
    for (const store of this.#stores) await store.close();
    for (const redis of this.#redis.values()) await redis.close();
    await Promise.all([this.#server?.stop(), this.#cluster?.stop()]);
    this.#folder.remove();
  }
}
