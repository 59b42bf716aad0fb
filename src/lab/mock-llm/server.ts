import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Closable, NaraeError } from '../../core/index.js';
import { type CheckedOptions, checkOptions, type MockLlmOptions } from './options.js';
import { MockRoutes } from './routes.js';
import type { MockStats } from './stats.js';

export interface MockLlm extends Closable {
  /** `http://127.0.0.1:<port>`; OpenAI clients add `/v1`, Anthropic clients take it as it is. */
  readonly url: string;
  stats(): MockStats;
  resetStats(): void;
  /** Say it right before a client leaves: `recentDisconnects[].afterMarkMs` counts from here. */
  markLeaving(): void;
}

/** Connections that may wait to be accepted: as many as thousands of clients that arrive at once. */
const BACKLOG = 4096;
const KEEP_ALIVE_MS = 65_000;

/**
 * Starts a model server without a model. Rejects with `config_invalid` for a bad option, `port_in_use` or
 * `host_unavailable`. `close` destroys every connection and may be called any number of times.
 */
export async function startMockLlm(options: MockLlmOptions = {}): Promise<MockLlm> {
  const checked = checkOptions(options);
  const routes = new MockRoutes(checked);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, routes.handle);
  server.on('connection', () => routes.stats.connected());
  await listen(server, checked);
  const { port } = server.address() as AddressInfo;
  const host = checked.host.includes(':') ? `[${checked.host}]` : checked.host;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host}:${port}`,
    stats: () => routes.stats.read(),
    resetStats: () => routes.stats.reset(),
    markLeaving: () => routes.stats.markLeaving(),
    close: () => {
      closing ??= closeServer(server, routes);
      return closing;
    },
  };
}

async function listen(server: Server, { host, port }: CheckedOptions): Promise<void> {
  server.listen({ host, port, backlog: BACKLOG });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new NaraeError('port_in_use', { values: { host, port, suggestion: port + 1 }, cause });
    throw new NaraeError('host_unavailable', { values: { host, port, reason: code }, cause });
  }
}

async function closeServer(server: Server, routes: MockRoutes): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
  routes.wheel.clear();
}
