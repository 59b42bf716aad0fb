import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to connections, and to servers that ask for any: nobody is given one of these
 * while it is not listened on. 10,000 above each is left to the bus of Redis's clusters.
 */
const LEAST_PORT = 10_000;
const PORTS = 10_000;

/** A port where nobody listens yet. Another process may look for one too and find the same: who starts on it looks again. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LEAST_PORT + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
