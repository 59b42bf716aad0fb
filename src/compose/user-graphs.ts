import { join } from 'node:path';
import type { Config } from '../config/index.js';
import type { Closer } from '../core/index.js';
import { LazyGraph, type ServedGraph } from '../http/index.js';
import type { Redis } from '../redis/index.js';
import { type CheckpointStore, openEmbeddedCheckpoints, openRedisCheckpoints } from '../threads/index.js';
import { lifeOf } from './open-conversations.js';

export interface GraphToOpen {
  readonly id: string;
  /** File and export. */
  readonly source: string;
  readonly checkpoints: CheckpointStore;
}

/** In the data folder. */
const CHECKPOINTS_FILE = 'checkpoints.db';

/** Users' own graphs; each is imported, and their store opened, when the first run needs it. `closer` closes that. */
export function userGraphs(
  config: Config,
  closer: Closer,
  redis: Redis | undefined,
  open: (graph: GraphToOpen) => Promise<ServedGraph>,
): ServedGraph[] {
  let checkpoints: CheckpointStore | undefined;
  closer.add('checkpoints of graphs', () => checkpoints?.close());
  const store = (): CheckpointStore => {
    checkpoints ??= openCheckpoints(config, redis);
    return checkpoints;
  };
  return Object.entries(config.langgraph.graphs).map(
    ([id, source]) => new LazyGraph(id, async () => open({ id, source, checkpoints: store() })),
  );
}

function openCheckpoints({ data, redis: { keyPrefix }, threads }: Config, redis: Redis | undefined) {
  const ttlMs = lifeOf(threads)?.at(-1)?.ttlMs;
  const life = ttlMs === undefined ? {} : { ttlMs };
  return redis === undefined
    ? openEmbeddedCheckpoints({ path: join(data.dir, CHECKPOINTS_FILE), ...life })
    : openRedisCheckpoints({ redis, keyPrefix, ...life });
}
