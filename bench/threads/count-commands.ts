import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisServer } from '../support/redis-server.js';

/** Counts the commands that clients send while `body` runs; those that scripts run inside the server are not. */
export async function countCommands({ port }: RedisServer, body: () => Promise<void>): Promise<number> {
  const socket = await open(port);
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

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}
