import { setTimeout as sleep } from 'node:timers/promises';
import { RedisServer } from '../../bench/support/redis-server.js';

const START_MS = 60_000;

/** Three masters that share the slots, without replicas. */
export class RedisCluster {
  readonly servers: readonly RedisServer[];

  private constructor(servers: readonly RedisServer[]) {
    this.servers = servers;
  }

  static async start(): Promise<RedisCluster> {
    const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '60000'];
    const servers = await Promise.all(Array.from({ length: 3 }, () => RedisServer.start({ args })));
    const cluster = new RedisCluster(servers);
    await cluster.#join(servers as [RedisServer, RedisServer, RedisServer]);
    return cluster;
  }

  /** All nodes, as `redis.url` takes them. */
  get url(): string {
    return this.servers.map(({ url }) => url).join(',');
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  /** Each node goes on serving its slots when another is gone. */
  async serveInPart(): Promise<void> {
    await Promise.all(
      this.servers.map((server) => server.ask('CONFIG', 'SET', 'cluster-require-full-coverage', 'no')),
    );
  }

  /** Moves a key and its slot to the next master; the other nodes learn of it, clients do not. */
  async moveSlotOf(key: string): Promise<void> {
    const [any] = this.servers as readonly [RedisServer, ...RedisServer[]];
    const slot = (await any.ask('CLUSTER', 'KEYSLOT', key)).slice(1).trim();
    const owners = await Promise.all(
      this.servers.map((server) => server.ask('CLUSTER', 'COUNTKEYSINSLOT', slot)),
    );
    const at = owners.findIndex((count) => count !== ':0\r\n');
    const from = this.servers[at] as RedisServer;
    const to = this.servers[(at + 1) % this.servers.length] as RedisServer;
    const [fromId, toId] = await Promise.all([from, to].map(idOf));
    await to.ask('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId ?? '');
    await from.ask('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId ?? '');
    await from.ask('MIGRATE', '127.0.0.1', String(to.port), key, '0', '5000');
    for (const server of [to, from]) await server.ask('CLUSTER', 'SETSLOT', slot, 'NODE', toId ?? '');
  }

  async #join([first, ...rest]: [RedisServer, ...RedisServer[]]): Promise<void> {
    const ranges = ['0 5460', '5461 10922', '10923 16383'];
    await Promise.all(
      this.servers.map((server, index) =>
        server.ask('CLUSTER', 'ADDSLOTSRANGE', ...(ranges[index] ?? '').split(' ')),
      ),
    );
    for (const server of rest) await first.ask('CLUSTER', 'MEET', '127.0.0.1', String(server.port));
    await Promise.all(this.servers.map(untilClusterIsUp));
  }
}

async function idOf(server: RedisServer): Promise<string> {
  return /\r\n(\w{40})/.exec(await server.ask('CLUSTER', 'MYID'))?.[1] ?? '';
}

async function untilClusterIsUp(server: RedisServer): Promise<void> {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    const info = await server.ask('CLUSTER', 'INFO');
    if (info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')) return;
    await sleep(20);
  }
  throw new Error(`the cluster was not up within ${START_MS} ms`);
}
