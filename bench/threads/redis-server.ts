import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRedis } from '../../dist/redis/index.js';

const START_TRIES = 500;

/** A redis-server of our own: a free port, memory only. */
export async function startRedis(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const port = await freePort();
  const path = process.env.REDIS_SERVER_PATH ?? 'redis-server';
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(path, args, { stdio: 'ignore' });
  const url = `redis://127.0.0.1:${port}`;
  const redis = openRedis({ url });
  for (let tries = 0; tries < START_TRIES && redis.health.state !== 'ready'; tries++) await sleep(10);
  await redis.call(['PING']);
  await redis.close();
  return { url, child };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
