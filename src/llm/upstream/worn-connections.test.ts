import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Endpoint } from './endpoint.js';
import { readText, type UpstreamReply } from './reply.js';

let server: Server;
let endpoint: Endpoint;
/** Requests by connection, in the order of both. */
let asked: string[][];

/** `answer` hears of each request with its connection and how many that connection brought before. */
async function start(answer: (socket: Socket, earlier: number) => void): Promise<void> {
  asked = [];
  server = createServer((socket) => {
    const own: string[] = [];
    asked.push(own);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      own.push(bytes.toString().split('\r\n')[0] ?? '');
      answer(socket, own.length - 1);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = new Endpoint({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1?api-version=7`,
    headers: { 'User-Agent': 'mine' },
    connectTimeoutMs: 1_000,
    maxConnections: 4,
    keepAliveMs: 4_000,
  });
}

afterEach(async () => {
  await endpoint.close();
  server.close();
});

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

async function textOf(reply: UpstreamReply): Promise<string> {
  await reply.head();
  return readText(reply, 100);
}

/** Reads to the end and a turn longer, so that the connection is free for the next. */
async function whole(reply: UpstreamReply): Promise<string> {
  await reply.head();
  const chunks: Buffer[] = [];
  for (let more = await reply.read(); more !== undefined; more = await reply.read()) chunks.push(...more);
  await sleep(20);
  return Buffer.concat(chunks).toString();
}

test.each([
  ['ends', (socket: Socket) => void socket.end()],
  ['resets', (socket: Socket) => void socket.resetAndDestroy()],
])('a request is sent again when the server %s the connection that it kept', async (_, leave) => {
  await start((socket, earlier) => (earlier === 0 ? void socket.write(OK) : leave(socket)));
  expect(await whole(endpoint.post('/a', '{}'))).toBe('ok');
  expect(await whole(endpoint.post('/b', '{}'))).toBe('ok');
  expect(asked).toEqual([
    ['POST /v1/a?api-version=7 HTTP/1.1', 'POST /v1/b?api-version=7 HTTP/1.1'],
    ['POST /v1/b?api-version=7 HTTP/1.1'],
  ]);
});

test('a request on a new connection is sent once', async () => {
  await start((socket) => void socket.resetAndDestroy());
  await expect(textOf(endpoint.post('/a', '{}'))).rejects.toThrow();
  expect(asked).toHaveLength(1);
});

test('a request whose reply has begun is sent once', async () => {
  await start((socket, earlier) => {
    socket.write(earlier === 0 ? OK : 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf');
    if (earlier > 0) setTimeout(() => socket.resetAndDestroy(), 20);
  });
  await whole(endpoint.post('/a', '{}'));
  await expect(whole(endpoint.post('/b', '{}'))).rejects.toThrow();
  expect(asked).toHaveLength(1);
});

test('a request that is not wanted any more is not sent again', async () => {
  let reply: UpstreamReply | undefined;
  await start((socket, earlier) => {
    if (earlier === 0) return void socket.write(OK);
    reply?.abort();
    socket.resetAndDestroy();
  });
  await whole(endpoint.post('/a', '{}'));
  reply = endpoint.post('/b', '{}');
  await reply.head();
  expect(reply.statusCode).toBe(0);
  await sleep(50);
  expect(asked.flat()).toHaveLength(2);
});
