import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_HTTP_OPTIONS } from '../../../test/support/http-options.js';
import { deferred } from '../../core/index.js';
import { createTenantDirectory } from '../../tenants/index.js';
import { createHttpServer, type HttpServer } from '../server.js';
import { LINES, SseWriters } from './index.js';

const HEARTBEAT_MS = 50;
const EVENT = 'data: 안녕\n\n';
const OPTIONS = { ...TEST_HTTP_OPTIONS, shutdownTimeoutMs: 100 };

const headSeen = deferred<void>();
let server: HttpServer;
let url: string;

beforeAll(async () => {
  const writers = new SseWriters({ heartbeatMs: HEARTBEAT_MS, slowReaderTimeoutMs: 1_000 });
  server = await createHttpServer(OPTIONS, {
    emit: () => {},
    tenants: createTenantDirectory({ apiKeys: [] }),
    version: '0',
    routes: async (app) => {
      app.get('/whole', (_, reply) => writers.open(reply).end(EVENT));
      app.get('/pieces', (_, reply) => {
        const writer = writers.open(reply);
        for (let count = 0; count < 3; count++) writer.write(EVENT);
        writer.end(EVENT);
      });
      app.get('/silent', async (_, reply) => {
        const writer = writers.open(reply, LINES);
        await sleep(HEARTBEAT_MS * 5);
        writer.end('{}\n');
      });
      app.get('/late', async (_, reply) => {
        const writer = writers.open(reply);
        writer.flushHead();
        await headSeen.promise;
        writer.end(EVENT);
      });
    },
  });
  url = await server.listen();
});
afterAll(() => server.close());

describe('a stream of events', () => {
  it('that is all there has its length, and leaves the connection for the next one', async () => {
    for (let count = 0; count < 2; count++) {
      const response = await fetch(`${url}/whole`);
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(EVENT)));
      expect(response.headers.get('transfer-encoding')).toBeNull();
      expect(await response.text()).toBe(EVENT);
    }
  });

  it('that comes in pieces has none', async () => {
    const response = await fetch(`${url}/pieces`);
    expect(response.headers.get('content-length')).toBeNull();
    expect(response.headers.get('transfer-encoding')).toBe('chunked');
    expect(await response.text()).toBe(EVENT.repeat(4));
  });

  it('breaks its silence, with what its form says', async () => {
    const response = await fetch(`${url}/silent`);
    const text = await response.text();
    expect(text.endsWith('\n{}\n')).toBe(true);
    expect(text.trim()).toBe('{}');
  });

  it('may show its head before anything is said', async () => {
    const response = await fetch(`${url}/late`);
    headSeen.resolve();
    expect(response.status).toBe(200);
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(await response.text()).toContain(EVENT);
  });
});
