import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../bench/support/free-port.js';
import {
  findModel,
  type LoadOptions,
  type LoadReport,
  type LoadSnapshot,
  type MockLlm,
  runLoad,
  startMockLlm,
} from '../../dist/lab/index.js';
import { withMoreTime } from '../support/with-more-time.js';

let mock: MockLlm;
beforeAll(async () => {
  mock = await startMockLlm({ tokens: 8 });
});
afterEach(() => mock.resetStats());
afterAll(() => mock.close());

const ONE_CLIENT = { kind: 'closed', concurrency: 1 } as const;

function load(model: string, options: Omit<LoadOptions, 'target'>, fields: object = {}): Promise<LoadReport> {
  return runLoad({ target: { baseUrl: mock.url, model, prompts: ['안녕', 'hello'], ...fields }, ...options });
}

describe('closed loop', () => {
  it('counts exactly what the server counts', async () => {
    const report = await load('mock', { shape: { kind: 'closed', concurrency: 7 }, requests: 100 });
    const stats = mock.stats();
    expect(report.requests).toEqual({
      started: 100,
      ok: 100,
      failed: 0,
      unfinished: 0,
      dropped: 0,
      peakInFlight: 7,
    });
    expect(stats).toMatchObject({ calls: 100, completed: 100, disconnects: 0, connections: 7, open: 0 });
    expect(report.tokens).toBe(800);
    expect(report.isInterrupted).toBe(false);
    expect(report.firstTokenMs.count).toBe(100);
    expect(report.interTokenMs.count).toBe(700);
    expect(report.totalMs.count).toBe(100);
    expect(report.throughput.requestsPerSecond).toBeCloseTo(100_000 / report.elapsedMs);
  });

  it('stops at the end of its time, and waits for what is under way', async () => {
    await withMoreTime(100, async (durationMs) => {
      const report = await load(`mock:first_token_ms=${1.5 * durationMs}`, {
        shape: { kind: 'closed', concurrency: 3, rampMs: 0.3 * durationMs },
        durationMs,
      });
      expect(report.requests).toMatchObject({ started: 3, ok: 3 });
      expect(report.firstTokenMs.p50).toBeGreaterThanOrEqual(1.2 * durationMs);
    });
  });

  it('does not count the warm-up', async () => {
    const report = await load('mock', { shape: ONE_CLIENT, requests: 5, warmupRequests: 3 });
    expect(report.requests.started).toBe(5);
    expect(report.firstTokenMs.count).toBe(5);
    expect(mock.stats().calls).toBe(8);
  });

  it('sends what it is told to, a number in every prompt', async () => {
    const bodies: Record<string, unknown>[] = [];
    const server = await serve((body) => bodies.push(body));
    const target = {
      baseUrl: server.url,
      model: 'm',
      apiKey: 'secret-key',
      prompts: ['질문 {n}', 'same'],
      maxTokens: 9,
      body: { seed: 7, stream_options: { include_usage: false } },
    };
    await runLoad({ target, shape: ONE_CLIENT, requests: 3 });
    await server.close();
    expect(bodies.map(({ messages }) => (messages as { content: string }[])[0]?.content)).toEqual([
      '질문 0',
      'same',
      '질문 2',
    ]);
    expect(bodies[0]).toMatchObject({
      model: 'm',
      stream: true,
      max_tokens: 9,
      seed: 7,
      stream_options: { include_usage: false },
    });
    expect(server.keys).toEqual(new Set(['Bearer secret-key']));
  });
});

describe('outcomes', () => {
  it.each([
    ['mock-500', 'status'],
    ['mock-429', 'status'],
    ['mock-html-502', 'status'],
    ['mock-error-event', 'error-event'],
    ['mock-error-first', 'error-event'],
    ['mock-garbage', 'malformed'],
    ['mock-html', 'malformed'],
    ['mock-whole', 'malformed'],
    ['mock-cut', 'cut'],
    ['mock-cut-event', 'cut'],
    ['mock-eof', 'cut'],
    ['mock-reset', 'cut'],
    ['mock-hang', 'timeout'],
    ['mock-head-only', 'timeout'],
    ['mock-stall', 'timeout'],
  ] as const)('%s fails as "%s"', async (model, kind) => {
    await withMoreTime(kind === 'timeout' ? 150 : 60_000, async (timeoutMs) => {
      const report = await load(
        model,
        { shape: { kind: 'closed', concurrency: 2 }, requests: 4, timeoutMs },
        { prompts: ['hello'] },
      );
      expect(report.requests).toMatchObject({ started: 4, ok: 0, failed: 4, unfinished: 0 });
      expect(report.errors).toMatchObject({ [kind]: 4 });
      expect(report.failures).toHaveLength(1);
      expect(report.failures[0]).toMatchObject({ error: kind, count: 4 });
      expect(report.failures[0]?.message.length).toBeGreaterThan(3);
    });
    await waitUntil(() => mock.stats().open === 0);
  });

  it.each([
    'mock-pings',
    'mock-empty-choices',
    'mock-no-done',
    'mock-crlf',
    'mock-split-utf8',
    'mock-byte-by-byte',
    'mock-10mb-event',
    'mock-length',
    'mock-tools',
    'mock-reasoning',
  ])('%s is complete', async (model) => {
    const report = await load(model, { shape: ONE_CLIENT, requests: 2 });
    expect(report.requests).toMatchObject({ ok: 2, failed: 0 });
    const tokens = { 'mock-tools': 5, 'mock-reasoning': 24 }[model] ?? 8;
    expect(report.tokens).toBe(2 * tokens);
  });

  it('a dead server fails as "connect", and is not hammered', async () => {
    const target = { baseUrl: `http://127.0.0.1:${await freePort()}`, model: 'm', prompts: ['x'] };
    const report = await runLoad({ target, shape: ONE_CLIENT, durationMs: 250 });
    expect(report.errors.connect).toBe(report.requests.started);
    expect(report.requests.started).toBeLessThanOrEqual(3);
    expect(report.failures[0]?.message).toBe('ECONNREFUSED');
    await expect(findModel(target)).rejects.toMatchObject({ code: 'server_unreachable' });
  });

  it('like failures are counted together, with words that name no numbers', async () => {
    const server = createServer((_, response) => {
      const event = (chunk: object): string => `data: ${JSON.stringify({ choices: [chunk] })}\n\n`;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event({ delta: { content: 'a' } }) + event({ delta: {}, finish_reason: 'stop' }));
      response.write('data: [DONE]\n\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const target = { baseUrl: `http://127.0.0.1:${port}/v1?api-version=2`, model: 'm', prompts: ['x'] };
    const paths = new Set<string | undefined>();
    server.on('request', ({ url }) => paths.add(url));
    const report = await runLoad({ target, shape: ONE_CLIENT, requests: 2, timeoutMs: 100 });
    server.close();
    server.closeAllConnections();
    expect(report.failures).toEqual([
      { error: 'timeout', message: 'over 100 ms, with the connection kept open after [DONE]', count: 2 },
    ]);
    expect(paths).toEqual(new Set(['/v1/chat/completions?api-version=2']));
  });

  it('an interrupted run reports what it had', async () => {
    const stop = new AbortController();
    const running = load('mock:token_ms=20,tokens=500', {
      shape: { kind: 'closed', concurrency: 5 },
      durationMs: 60_000,
      signal: stop.signal,
    });
    await waitUntil(() => mock.stats().open === 5);
    stop.abort();
    const report = await running;
    expect(report.requests).toMatchObject({ started: 5, ok: 0, failed: 0, unfinished: 5 });
    await waitUntil(() => mock.stats().disconnects === 5);
  });
});

describe('open loop', () => {
  it('starts what the rate says, whatever the server does', async () => {
    await withMoreTime(300, async (firstTokenMs) => {
      const report = await load(`mock:first_token_ms=${firstTokenMs}`, {
        shape: { kind: 'rate', perSecond: 100, spacing: 'even' },
        durationMs: 200,
      });
      expect(report.requests).toMatchObject({ started: 20, ok: 20 });
      // None could have been answered before the last was sent.
      expect(report.requests.peakInFlight).toBe(20);
    });
  });

  it('counts times from the intended start, so that waiting is seen', async () => {
    // One at a time, 20 ms each, asked for every 2 ms: number n waits for about 18 n ms.
    const report = await load('mock:first_token_ms=20', {
      shape: { kind: 'rate', perSecond: 500, spacing: 'even' },
      requests: 20,
      maxInFlight: 1,
    });
    expect(report.requests).toMatchObject({ ok: 20, peakInFlight: 1 });
    expect(report.firstTokenMs.max).toBeGreaterThanOrEqual(20 * 20 - 19 * 2);
    expect(report.startDelayMs.max).toBeGreaterThanOrEqual(19 * 20 - 19 * 2);
  });

  it('says which requests never started', async () => {
    const report = await load('mock-hang', {
      shape: { kind: 'rate', perSecond: 100, spacing: 'random' },
      requests: 10,
      durationMs: 1000,
      maxInFlight: 1,
      timeoutMs: 200,
    });
    const { started, dropped, failed } = report.requests;
    expect(started + dropped).toBe(10);
    expect(dropped).toBeGreaterThan(0);
    expect(failed).toBe(started);
  });

  it('replays a trace at its times', async () => {
    let arrivedMs: number[] = [];
    const server = await serve(() => arrivedMs.push(performance.now()));
    const target = { baseUrl: server.url, model: 'm', prompts: ['x'] };
    await withMoreTime(300, async (lastMs) => {
      arrivedMs = [];
      const timesMs = Float64Array.of(0, 0, lastMs / 2, 2 * lastMs, 2 * lastMs + 20);
      const startedMs = performance.now();
      const report = await runLoad({ target, shape: { kind: 'trace', timesMs, speed: 2 } });
      expect(report.requests).toMatchObject({ started: 5, ok: 5 });
      expect(report.shape).toEqual({ kind: 'trace', arrivals: 5, speed: 2 });
      arrivedMs.forEach((ms, index) => {
        expect(ms - startedMs).toBeGreaterThanOrEqual(timesMs[index]! / 2);
      });
      // Not all at once either: the first ones came before the last was due.
      expect(arrivedMs[1]! - startedMs).toBeLessThan(lastMs);
    });
    await server.close();
  });

  it('ends an interrupted trace', async () => {
    const stop = new AbortController();
    const timesMs = Float64Array.from({ length: 1000 }, (_, index) => index * 1000);
    const running = load('mock', {
      shape: { kind: 'trace', timesMs, speed: 1 },
      signal: stop.signal,
      snapshotMs: 50,
      // The server knows of the end before the client does; what counts is the client.
      onSnapshot: ({ ok, inFlight }) => {
        if (ok > 0 && inFlight === 0) stop.abort();
      },
    });
    const { requests, isInterrupted } = await running;
    expect(isInterrupted).toBe(true);
    expect(requests.ok).toBe(requests.started);
    expect(requests.started).toBeGreaterThan(0);
    // Arrivals that were still to come are not counted as late.
    expect(requests.started + requests.dropped).toBeLessThan(100);
  });
});

describe('what is measured besides', () => {
  it.runIf(process.platform === 'linux')('the CPU and memory of a process', async () => {
    const report = await load('mock', { shape: ONE_CLIENT, requests: 300, pid: process.pid });
    expect(report.server?.processes).toBeGreaterThanOrEqual(1);
    expect(report.server?.cpuMs).toBeGreaterThan(0);
    expect(report.server?.rssPeakBytes).toBeGreaterThan(10 * 1024 * 1024);
    expect(report.server?.cpuMsPerRequest).toBeCloseTo(report.server!.cpuMs / 300);
    await expect(load('mock', { shape: ONE_CLIENT, requests: 1, pid: 2 ** 30 })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('snapshots know when a trace, or a number of requests at a rate, will be over', async () => {
    const ends: unknown[] = [];
    const options = {
      snapshotMs: 50,
      onSnapshot: ({ durationMs, requests }: LoadSnapshot) => ends.push({ durationMs, requests }),
    };
    const timesMs = Float64Array.of(0, 100, 300);
    await load('mock', { shape: { kind: 'trace', timesMs, speed: 2 }, ...options });
    expect(ends[0]).toEqual({ durationMs: 150, requests: undefined });
    ends.length = 0;
    await load('mock', { shape: { kind: 'rate', perSecond: 50, spacing: 'even' }, requests: 8, ...options });
    expect(ends[0]).toEqual({ durationMs: 160, requests: undefined });
    ends.length = 0;
    await load('mock:first_token_ms=120', { shape: ONE_CLIENT, requests: 1, ...options });
    expect(ends[0]).toEqual({ durationMs: undefined, requests: 1 });
  });

  it('snapshots add up to the report', async () => {
    const snapshots: { ok: number; elapsedMs: number }[] = [];
    const seen = new AbortController();
    const report = await load('mock:first_token_ms=10', {
      shape: { kind: 'closed', concurrency: 2 },
      durationMs: 60_000,
      snapshotMs: 50,
      onSnapshot: (snapshot) => {
        if (snapshots.push(snapshot) === 5) seen.abort();
      },
      signal: seen.signal,
    });
    expect(snapshots.length).toBeGreaterThanOrEqual(5);
    for (const [index, { ok, elapsedMs }] of snapshots.entries()) {
      expect(ok).toBeGreaterThanOrEqual(snapshots[index - 1]?.ok ?? 0);
      expect(ok).toBeLessThanOrEqual(report.requests.ok);
      expect(elapsedMs).toBeGreaterThan(snapshots[index - 1]?.elapsedMs ?? 0);
    }
  });

  it('refuses what cannot be run', async () => {
    await expect(load('m', { shape: ONE_CLIENT })).rejects.toMatchObject({ field: 'durationMs' });
    await expect(load('m', { shape: { kind: 'closed', concurrency: 0 }, requests: 1 })).rejects.toMatchObject(
      { code: 'config_invalid' },
    );
    await expect(
      load('m', { shape: ONE_CLIENT, requests: 1 }, { baseUrl: 'not a url' }),
    ).rejects.toMatchObject({ field: 'target.baseUrl' });
    expect(await findModel({ baseUrl: `${mock.url}/v1/` })).toBe('mock');
  });
});

/** A server that answers every question with one word. */
async function serve(onBody: (body: Record<string, unknown>) => void) {
  const keys = new Set<string | undefined>();
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (bytes) => {
      text += bytes;
    });
    request.on('end', () => {
      keys.add(request.headers.authorization);
      onBody(JSON.parse(text));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(
        `data: ${JSON.stringify({ choices: [{ delta: { content: '네' }, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`,
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, keys, close };
}

async function waitUntil(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error('it never came about');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
