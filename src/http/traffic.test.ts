import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { TEST_HTTP_OPTIONS } from '../../test/support/http-options.js';
import type { NaraeEvent } from '../observe/index.js';
import { createTenantDirectory } from '../tenants/index.js';
import { clientSignal } from './client-signal.js';
import type { HttpOptions } from './options.js';
import { createHttpServer, type HttpServer } from './server.js';
import { defaultSseOptions, SseWriters } from './sse/index.js';
import { systemRoutes } from './system/index.js';

let server: HttpServer;
let url: string;
let events: NaraeEvent[];
/** Lets every stream that is open end. */
let endStreams: () => void;

async function start(options: Partial<HttpOptions> = {}): Promise<void> {
  events = [];
  const ends: (() => void)[] = [];
  endStreams = () => {
    for (const end of ends.splice(0)) end();
  };
  const emit = (event: NaraeEvent) => events.push(event);
  const tenants = createTenantDirectory({ apiKeys: [] });
  server = await createHttpServer(
    { ...TEST_HTTP_OPTIONS, ...options },
    {
      emit,
      tenants,
      version: '0',
      routes: async (app) => {
        const metrics = { render: async () => 'up 1\n', contentType: 'text/plain' };
        const info = { examples: async () => [] } as never;
        await systemRoutes(app, {
          ...{ info, tenants, metrics },
          readiness: () => ({ state: 'ready' }),
          degraded: () => [],
        });
        const writers = new SseWriters(defaultSseOptions);
        app.get('/quick', async () => 'done');
        app.get('/stream', async (_request, reply) => {
          const signal = clientSignal(reply);
          const writer = writers.open(reply);
          writer.write('data: begun\n\n');
          await new Promise<void>((resolve) => {
            ends.push(resolve);
            signal.addEventListener('abort', () => resolve());
          });
          const { code = 'finished' } = (signal.reason ?? {}) as { code?: string };
          writer.end(`data: ${code}\n\n`);
          return reply;
        });
      },
    },
  );
  url = await server.listen();
}
afterEach(async () => {
  endStreams();
  await server.close();
});

/** A stream that has begun, on a connection of its own, and all its text once it is over. */
async function openStream(): Promise<{ text: Promise<string>; leave: () => void }> {
  const response = await get('/stream', false);
  const text = readText(response);
  text.catch(() => {});
  return { text, leave: () => response.destroy() };
}

async function status(path: string): Promise<number> {
  return (await fetch(url + path)).status;
}

function get(path: string, agent: Agent | false): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(url + path, { agent }, resolve)
      .on('error', reject)
      .end();
  });
}

async function getAll(agent: Agent): Promise<IncomingMessage> {
  const response = await get('/quick', agent);
  await readText(response);
  return response;
}

describe('stopping', () => {
  test('ends when the last stream has, and refuses everything new until then', async () => {
    await start();
    const stream = await openStream();
    let closed = false;
    const closing = server.close().then(() => {
      closed = true;
    });
    const refused = await fetch(`${url}/quick`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('connection')).toBe('close');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ error: { code: 'closing' } });
    expect([await status('/readyz'), await status('/healthz'), await status('/metrics')]).toEqual([
      503, 200, 200,
    ]);
    expect(closed).toBe(false);
    endStreams();
    expect(await stream.text).toBe('data: begun\n\ndata: finished\n\n');
    await closing;
    await expect(fetch(url)).rejects.toThrow();
  });

  test('cuts off what is left at the deadline, with an event that says so', async () => {
    await start({ shutdownTimeoutMs: 50 });
    const streams = await Promise.all(Array.from({ length: 20 }, () => openStream()));
    await server.close();
    for (const { text } of streams) expect(await text).toBe('data: begun\n\ndata: closing\n\n');
  });

  test('cuts off at once when told to', async () => {
    await start();
    const stream = await openStream();
    const closing = server.close();
    server.cutOff();
    expect(await stream.text).toContain('closing');
    await closing;
  });
});

describe('handing over', () => {
  test('takes no new connection, answers on those that are open, and closes each after that', async () => {
    await start();
    const agent = new Agent({ keepAlive: true });
    expect((await getAll(agent)).headers.connection).toBe('keep-alive');
    const stream = await openStream();
    const closing = server.close('hand-over');
    await expect(fetch(`${url}/quick`)).rejects.toThrow();
    const last = await getAll(agent);
    expect([last.statusCode, last.headers.connection]).toEqual([200, 'close']);
    endStreams();
    expect(await stream.text).toContain('finished');
    agent.destroy();
    await closing;
  });

  test('becomes a stop when asked to', async () => {
    await start();
    const agent = new Agent({ keepAlive: true });
    await getAll(agent);
    const stream = await openStream();
    void server.close('hand-over');
    const closing = server.close('stop');
    expect((await getAll(agent)).statusCode).toBe(503);
    endStreams();
    await stream.text;
    await closing;
  });
});

describe('limits', () => {
  test('requests under way beyond them get 503, probes and metrics do not', async () => {
    await start({ maxRequestsInFlight: 2 });
    await Promise.all([openStream(), openStream()]);
    const refused = await fetch(`${url}/quick`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ error: { code: 'overloaded' } });
    expect([await status('/readyz'), await status('/metrics')]).toEqual([200, 200]);
    endStreams();
    await expect.poll(() => status('/quick')).toBe(200);
  });

  test('connections beyond them are told and closed', async () => {
    await start({ maxConnections: 1 });
    const { port } = new URL(url);
    const holder = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => holder.once('connect', resolve));
    await sleep(20);
    const refused = await fetch(`${url}/quick`);
    expect([refused.status, refused.headers.get('connection')]).toEqual([503, 'close']);
    holder.destroy();
    await expect.poll(() => status('/quick')).toBe(200);
  });
});

test('every request that began is told as ended, also when its client left', async () => {
  await start();
  const stream = await openStream();
  await status('/quick');
  stream.leave();
  const count = (type: NaraeEvent['type']) => events.filter((event) => event.type === type).length;
  await expect.poll(() => count('request-finished')).toBe(2);
  expect(count('request-started')).toBe(2);
});
