import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import Type from 'typebox';
import { afterEach, expect, test } from 'vitest';
import { TEST_HTTP_OPTIONS } from '../../test/support/http-options.js';
import { NaraeError } from '../core/index.js';
import type { NaraeEvent } from '../observe/index.js';
import { createTenantDirectory } from '../tenants/index.js';
import type { HttpOptions } from './options.js';
import { createHttpServer, type HttpServer } from './server.js';

const OPTIONS = { ...TEST_HTTP_OPTIONS, corsOrigins: ['https://help.example'], shutdownTimeoutMs: 1000 };

let server: HttpServer | undefined;
/** Lets the answers of `/held` go. */
const held: ((value?: unknown) => void)[] = [];
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(
  options: Partial<HttpOptions> = {},
  apiKeys: string[] = [],
  events: NaraeEvent[] = [],
): Promise<string> {
  server = await createHttpServer(
    { ...OPTIONS, ...options },
    {
      emit: (event) => events.push(event),
      tenants: createTenantDirectory({ apiKeys }),
      version: '0',
      routes: async (app) => {
        app.get('/v1/who', async (request) => ({ tenant: request.tenant }));
        app.get('/open', { config: { open: true } }, async () => ({ ok: true }));
        app.get('/things/:id', async () => ({}));
        app.patch('/things/:id', async () => ({}));
        // As the page's files are served.
        app.get('/*', (_request, reply) => reply.callNotFound());
        app.get('/long', async () => ({ text: '나래 '.repeat(1000) }));
        app.get('/held', async () => {
          await new Promise((resolve) => held.push(resolve));
          return { ok: true };
        });
        app.get('/fails', async () => {
          throw new Error('secret /home/someone/key');
        });
        app.get('/limited', async () => {
          throw new NaraeError('overloaded', {
            values: { what: 'x', retryAfterSeconds: 3 },
            retryAfterSeconds: 3,
          });
        });
        app.post(
          '/v1/echo',
          { schema: { body: Type.Object({ text: Type.String() }) } },
          async ({ body }) => body,
        );
      },
    },
  );
  return server.listen();
}

function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}

test('a response names its request and its time', async () => {
  const url = await start();
  const response = await fetch(`${url}/v1/who`);
  expect(await response.json()).toEqual({ tenant: 'default' });
  expect(response.headers.get('x-request-id')).toMatch(/^req_/);
  expect(response.headers.get('server-timing')).toMatch(/^total;dur=\d/);
});

test.each([
  ['cut JSON', '{"text":', 400, 'invalid_json', null],
  ['a wrong type', '{"text":5}', 400, 'invalid_request', 'text'],
  ['nothing', '', 400, 'invalid_json', null],
  ['too much', JSON.stringify({ text: 'x'.repeat(2000) }), 413, 'body_too_large', null],
])('a body of %s gets its own error', async (_name, body, status, code, param) => {
  const url = await start();
  const response = await post(`${url}/v1/echo`, body);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { code, param, type: 'invalid_request_error' } });
});

test('other content types and routes are refused by name', async () => {
  const url = await start();
  const wrongType = await post(`${url}/v1/echo`, 'a=b', { 'content-type': 'text/csv' });
  expect([wrongType.status, ((await wrongType.json()) as { error: unknown }).error]).toMatchObject([
    415,
    { param: 'content-type' },
  ]);
  const lost = await fetch(`${url}/v2/nothing?secret=1`);
  expect(await lost.json()).toMatchObject({
    error: { code: 'route_not_found', message: expect.not.stringContaining('secret') },
  });
});

test('another method on a known path is told which ones there are', async () => {
  const url = await start();
  const told = async (method: string, path: string) => {
    const response = await fetch(url + path, { method });
    const { error } = (await response.json()) as { error: { code: string } };
    return [response.status, error.code, response.headers.get('allow')];
  };
  expect(await told('GET', '/v1/echo?x=1')).toEqual([405, 'method_not_allowed', 'POST']);
  expect(await told('DELETE', '/things/%ED%95%9C')).toEqual([405, 'method_not_allowed', 'GET, HEAD, PATCH']);
  expect(await told('POST', '/things')).toEqual([404, 'route_not_found', null]);
  expect(await told('POST', '/things/a/b')).toEqual([404, 'route_not_found', null]);
  expect(await told('POST', '/page.html')).toEqual([404, 'route_not_found', null]);
  expect(await told('GET', '/page.html')).toEqual([404, 'route_not_found', null]);
});

test('without a key nothing is told of what there is', async () => {
  const url = await start({}, ['k']);
  expect((await fetch(`${url}/v1/echo`)).status).toBe(401);
});

test('an unexpected failure shows nothing of itself to the client and its cause to the log', async () => {
  const events: NaraeEvent[] = [];
  const url = await start({}, [], events);
  const response = await fetch(`${url}/fails`);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('someone');
  expect(events.find((event) => event.type === 'error')).toMatchObject({
    code: 'internal',
    cause: { message: expect.stringContaining('someone') },
  });
});

test('a retryable failure says when to come back', async () => {
  const response = await fetch(`${await start()}/limited`);
  expect([
    response.status,
    response.headers.get('retry-after'),
    response.headers.get('x-should-retry'),
  ]).toEqual([503, '3', 'true']);
});

test('with keys configured only open routes answer without one', async () => {
  const url = await start({}, ['right']);
  expect((await fetch(`${url}/open`)).status).toBe(200);
  expect((await fetch(`${url}/v1/who`)).status).toBe(401);
  expect((await fetch(`${url}/v1/who`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  expect((await fetch(`${url}/v1/who`, { headers: { authorization: 'Bearer right' } })).status).toBe(200);
  expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
});

test('pages of other sites and rebound names are refused, configured origins are not', async () => {
  const url = await start();
  const port = new URL(url).port;
  expect((await fetch(`${url}/v1/who`, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  expect((await fetch(`${url}/v1/who`, { headers: { origin: url } })).status).toBe(200);
  const allowed = await fetch(`${url}/v1/who`, { headers: { origin: 'https://help.example' } });
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://help.example');
  expect(await statusWithHost(port, `evil.example:${port}`)).toBe(403);
  expect(await statusWithHost(port, `localhost:${port}`)).toBe(200);
});

test('a preflight is answered to configured origins and refused to others', async () => {
  const preflight = async (url: string, origin: string) => {
    const headers = { origin, 'access-control-request-method': 'POST' };
    const response = await fetch(`${url}/v1/who`, { method: 'OPTIONS', headers });
    return [response.status, response.headers.get('access-control-allow-origin')];
  };
  const shared = await start();
  expect(await preflight(shared, 'https://help.example')).toEqual([204, 'https://help.example']);
  expect(await preflight(shared, 'https://evil.example')).toEqual([204, null]);
  const unshared = await start({ corsOrigins: [] });
  expect(await preflight(unshared, 'https://help.example')).toEqual([403, null]);
  expect((await fetch(`${unshared}/v1/who`)).headers.get('vary')).toBeNull();
});

function statusWithHost(port: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = httpRequest({ host: '127.0.0.1', port, path: '/v1/who', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject).end();
  });
}

test('long responses are compressed, short ones are not', async () => {
  const url = await start();
  const headers = { 'accept-encoding': 'gzip' };
  expect((await fetch(`${url}/long`, { headers })).headers.get('content-encoding')).toBe('gzip');
  expect((await fetch(`${url}/v1/who`, { headers })).headers.get('content-encoding')).toBeNull();
});

/** A connection that sends this much and stays. */
async function connected(url: string, text = ''): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;

test('closing waits for answers under way, and for no connection beside them', async () => {
  const url = await start({ shutdownTimeoutMs: 600_000 });
  const silent = await connected(url);
  const halfAsked = await connected(url, 'GET /open HT');
  const kept = await connected(url, get('/open'));
  await once(kept, 'data');
  const busy = await connected(url, get('/held'));
  await expect.poll(() => held.length).toBe(1);
  const ends = [silent, halfAsked, kept].map((socket) => once(socket.resume(), 'close'));
  const closing = server?.close();
  let answer = '';
  busy.on('data', (bytes) => {
    answer += bytes;
  });
  const ended = once(busy, 'close');
  held.pop()?.();
  await Promise.all([...ends, ended, closing]);
  expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"ok":true\}$/);
});

test('a port in use is named with another one to try', async () => {
  const port = Number(new URL(await start()).port);
  const second = await createHttpServer(
    { ...OPTIONS, port },
    {
      emit: () => undefined,
      tenants: createTenantDirectory({ apiKeys: [] }),
      version: '0',
      routes: async () => undefined,
    },
  );
  await expect(second.listen()).rejects.toMatchObject({
    code: 'port_in_use',
    message: expect.stringContaining(String(port + 1)),
  });
  await second.close();
});
