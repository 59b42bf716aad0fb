import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOfProcess } from './process-figures.js';

/** A private redis-server without persistence, and what it was asked. */
export class RedisServer {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(port: number) {
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#folder = mkdtempSync(join(tmpdir(), 'narae-bench-'));
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', this.#folder];
    this.#process = spawn(process.env.REDIS_SERVER_PATH ?? 'redis-server', args, { stdio: 'ignore' });
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    for (let attempt = 0; attempt < 500; attempt++) {
      if (await server.#isUp()) return server;
      await sleep(20);
    }
    throw new Error('redis-server did not start; is it installed?');
  }

  /** Counts the commands that clients send while `body` runs; those that scripts run inside the server are not. */
  async count(body: () => Promise<void>): Promise<number> {
    const socket = await open(this.#port);
    let seen = '';
    socket.on('data', (data) => {
      seen += data.toString('latin1');
    });
    socket.write('MONITOR\r\n');
    await sleep(50);
    try {
      await body();
    } finally {
      await sleep(50);
      socket.destroy();
    }
    const lines = seen.split('\r\n').filter((line) => /^\+\d+\.\d+ \[/.test(line));
    return lines.filter((line) => !/^\+\d+\.\d+ \[\d+ lua\]/.test(line)).length;
  }

  async empty(): Promise<void> {
    const socket = await open(this.#port);
    socket.write('FLUSHALL\r\n');
    await once(socket, 'data');
    socket.destroy();
  }

  /** Milliseconds of CPU that the server has used so far; Linux only. */
  cpuMs(): number {
    return cpuOfProcess(this.#process.pid ?? 0);
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    await sleep(50);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #isUp(): Promise<boolean> {
    try {
      (await open(this.#port)).destroy();
      return true;
    } catch {
      return false;
    }
  }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
