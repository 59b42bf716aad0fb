import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MS = 10_000;

export interface BenchRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** A private redis-server on a free port, without persistence. `REDIS_SERVER_PATH` names another program. */
export async function startRedis(): Promise<BenchRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'narae-bench-'));
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const child = spawn(process.env.REDIS_SERVER_PATH ?? 'redis-server', args, { stdio: 'ignore' });
  child.once('error', (cause) => {
    console.error(`redis-server does not start: ${cause.message}. Install it or set REDIS_SERVER_PATH.`);
    process.exit(1);
  });
  await untilListening(port);
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilListening(port: number): Promise<void> {
  const untilMs = Date.now() + START_MS;
  while (!(await isListening(port))) {
    if (Date.now() > untilMs) throw new Error(`redis-server did not start within ${START_MS} ms`);
    await sleep(20);
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
