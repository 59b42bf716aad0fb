import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { askRedis } from './raw-redis.js';

const START_MS = 60_000;
/** Ports that are tried: one that was free may be taken by the time that the server starts. */
const PORTS_TRIED = 5;

export interface RedisServerOptions {
  readonly password?: string;
  /** Further arguments of redis-server. */
  readonly args?: readonly string[];
}

/**
 * A private redis-server on a free port, with a folder of its own and without persistence. `REDIS_SERVER_PATH` names
 * another program than the one that the shell would find.
 */
export class RedisServer {
  readonly port: number;
  readonly #options: RedisServerOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'narae-redis-'));
  #process: ChildProcess | undefined;

  private constructor(port: number, options: RedisServerOptions) {
    this.port = port;
    this.#options = options;
  }

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    for (let tried = 1; ; tried++) {
      const server = new RedisServer(await freePort(), options);
      try {
        await server.restart();
        return server;
      } catch (error) {
        await server.stop();
        if (tried === PORTS_TRIED) throw error;
      }
    }
  }

  get url(): string {
    const { password } = this.#options;
    return `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${this.port}`;
  }

  /** 0 while it does not run. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Starts it, empty, on the same port; what ran before must have been killed. */
  async restart(): Promise<void> {
    const { password, args = [] } = this.#options;
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const manner = ['--save', '', '--appendonly', 'no', '--loglevel', 'warning'];
    const key = password === undefined ? [] : ['--requirepass', password];
    const program = process.env.REDIS_SERVER_PATH ?? 'redis-server';
    const child = spawn(program, [...place, ...manner, ...key, ...args], { stdio: 'ignore' });
    this.#process = child;
    await this.#untilUp(child);
  }

  /** Dies without a word, as in a power cut. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
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

  /** Sends a command on a connection of its own and gives the raw reply, which must be short. */
  async ask(...command: readonly string[]): Promise<string> {
    const { password } = this.#options;
    const auth = password === undefined ? [] : [['AUTH', password]];
    return askRedis(this.port, [...auth, command]);
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #untilUp(child: ChildProcess): Promise<void> {
    const untilMs = Date.now() + START_MS;
    const ended = endOf(child);
    while (!(await Promise.race([ended, this.#isUp()]))) {
      if (Date.now() > untilMs) throw new Error(`redis-server did not start within ${START_MS} ms`);
      await sleep(5);
    }
  }

  async #isUp(): Promise<boolean> {
    const reply = await this.ask('PING').catch(() => '');
    return reply.includes('PONG');
  }
}

/** Rejects when the process ends, or cannot be started. */
async function endOf(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit').catch((cause: unknown) => {
    const remedy = 'Install it (Debian: apt-get install redis-server) or set REDIS_SERVER_PATH.';
    throw new Error(`redis-server does not start. ${remedy}`, { cause });
  });
  throw new Error(`redis-server left with exit code ${code}`);
}
