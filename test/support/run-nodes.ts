import { RedisServer } from '../../bench/support/redis-server.js';
import { openRedis } from '../../dist/redis/index.js';
import {
  type Conversations,
  EmbeddedRunStore,
  type LostTurn,
  Neighbours,
  openConversations,
  openThreadDatabase,
  RedisRunStore,
  type RunsOptions,
  ThreadKeys,
} from '../../dist/threads/index.js';
import { PATIENT_REDIS } from './patient-redis.js';
import { TempFolder } from './temp-folder.js';

export interface Cluster {
  /** Another process of the same service, as far as the stores can tell. */
  node(options?: RunsOptions): Promise<Conversations<string>>;
  /** A process that takes a run, begins it, and is never heard of again. */
  deadRun(thread: string, run: string, leaseMs: number, ifLost?: LostTurn): Promise<void>;
  /** Streams can be read on any node. */
  readonly sharesStreams: boolean;
  stop(): Promise<void>;
}

export const CLUSTERS: Readonly<Record<string, () => Promise<Cluster>>> = { embedded, Redis: redis };

const codec = { bytesOf: (part: string) => part.length * 2 };
const newRun = (thread: string, id: string, ifLost?: LostTurn) => ({
  tenant: 't',
  thread,
  id,
  strategy: 'enqueue' as const,
  metadata: {},
  node: 'dead',
  ...(ifLost && { ifLost }),
});

async function embedded(): Promise<Cluster> {
  const folder = new TempFolder();
  const keeper = openThreadDatabase(folder.path);
  return {
    sharesStreams: true,
    node: (runs = {}) =>
      openConversations({ store: { kind: 'embedded', dataDir: folder.path }, codec, runs }),
    deadRun: async (thread, run, leaseMs, ifLost) => {
      const store = new EmbeddedRunStore(keeper, new Neighbours('dead'), { leaseMs });
      await store.add(newRun(thread, run, ifLost));
      await store.start({ tenant: 't', thread }, run);
    },
    stop: async () => {
      keeper.close();
      folder.remove();
    },
  };
}

async function redis(): Promise<Cluster> {
  const server = await RedisServer.start();
  const opened = [openRedis({ url: server.url, ...PATIENT_REDIS })];
  return {
    sharesStreams: true,
    node: async (runs = {}) => {
      const connection = openRedis({ url: server.url, ...PATIENT_REDIS });
      opened.push(connection);
      return openConversations({ store: { kind: 'redis', redis: connection }, codec, runs });
    },
    deadRun: async (thread, run, leaseMs, ifLost) => {
      const store = new RedisRunStore(opened[0]!, new ThreadKeys('narae:'), 'dead', { leaseMs });
      await store.add(newRun(thread, run, ifLost));
      await store.start({ tenant: 't', thread }, run);
    },
    stop: async () => {
      await Promise.all(opened.map((connection) => connection.close()));
      await server.stop();
    },
  };
}
