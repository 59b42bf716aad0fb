import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TempFolder } from './temp-folder.js';

const CANDIDATES = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'];
const START_MS = 10_000;

export interface RedisServerOptions {
  readonly port?: number;
  readonly password?: string;
  readonly args?: readonly string[];
}

/** A private redis-server on a free port, with a folder of its own and without persistence. */
export class RedisServer {
  readonly port: number;
  readonly #options: RedisServerOptions;
  readonly #folder = new TempFolder();
  #process: ChildProcess | undefined;

  private constructor(port: number, options: RedisServerOptions) {
    this.port = port;
    this.#options = options;
  }

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(options.port ?? (await freePort()), options);
    await server.restart();
    return server;
  }

  get url(): string {
    const { password } = this.#options;
    return `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${this.port}`;
  }

  /** Starts it, empty, on the same port; what ran before must have been killed. */
  async restart(): Promise<void> {
    const { password, args = [] } = this.#options;
    const child = spawn(
      serverPath(),
      [
        ...['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder.path],
        ...['--save', '', '--appendonly', 'no', '--loglevel', 'warning', '--hz', '100'],
        ...(password === undefined ? [] : ['--requirepass', password]),
        ...args,
      ],
      { stdio: 'ignore' },
    );
    this.#process = child;
    await this.#untilUp(child);
  }

  /** Dies without a word, as in a power cut. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Goes on listening, but answers nothing until `resume`. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** A full server refuses what needs memory. `0`: no limit. */
  async setMemoryLimit(bytes: number): Promise<void> {
    await this.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await this.ask('CONFIG', 'SET', 'maxmemory', String(bytes));
  }

  /** Sends a command on a connection of its own and gives the raw reply. */
  async ask(...args: readonly string[]): Promise<string> {
    const { password } = this.#options;
    const auth = password === undefined ? [] : [['AUTH', password]];
    return askRaw(this.port, [...auth, args]);
  }

  async stop(): Promise<void> {
    await this.kill();
    this.#folder.remove();
  }

  async #untilUp(child: ChildProcess): Promise<void> {
    const until = Date.now() + START_MS;
    while (Date.now() < until) {
      if (child.exitCode !== null) throw new Error(`redis-server left with exit code ${child.exitCode}`);
      const answer = await this.ask('PING').catch(() => '');
      if (answer.includes('PONG')) return;
      await sleep(5);
    }
    throw new Error(`redis-server did not start within ${START_MS} ms`);
  }
}

/** Three masters that share the slots, without replicas. */
export class RedisCluster {
  readonly servers: readonly RedisServer[];

  private constructor(servers: readonly RedisServer[]) {
    this.servers = servers;
  }

  static async start(): Promise<RedisCluster> {
    const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--cluster-port'];
    const servers = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const busPort = await freePort();
        return RedisServer.start({ args: [...args, String(busPort)] });
      }),
    );
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
    for (const server of rest)
      await first.ask('CLUSTER', 'MEET', '127.0.0.1', String(server.port), await busPortOf(server));
    await Promise.all(this.servers.map(untilClusterIsUp));
  }
}

async function idOf(server: RedisServer): Promise<string> {
  return /\r\n(\w{40})/.exec(await server.ask('CLUSTER', 'MYID'))?.[1] ?? '';
}

async function busPortOf(server: RedisServer): Promise<string> {
  return /cluster-port\r\n\$\d+\r\n(\d+)/.exec(await server.ask('CONFIG', 'GET', 'cluster-port'))?.[1] ?? '';
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

function serverPath(): string {
  const path = process.env.REDIS_SERVER_PATH ?? CANDIDATES.find(existsSync);
  if (path !== undefined) return path;
  throw new Error(
    'redis-server is missing. Install it (Debian: apt-get install redis-server) or set REDIS_SERVER_PATH.',
  );
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** One connection for a few commands; resolves with what came for the last, which must be short. */
async function askRaw(port: number, commands: readonly (readonly string[])[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    let answer = '';
    for (const command of commands) answer = await exchange(socket, command);
    return answer;
  } finally {
    socket.destroy();
  }
}

async function exchange(socket: Socket, args: readonly string[]): Promise<string> {
  socket.write(
    `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('')}`,
  );
  const [data] = (await Promise.race([once(socket, 'data'), closed(socket)])) as [Buffer];
  return data.toString();
}

async function closed(socket: Socket): Promise<never> {
  await once(socket, 'close');
  throw new Error('the server closed the connection');
}
