import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MockLlm } from '../../dist/lab/index.js';
import { verdictOf } from '../support/chat-client.js';
import { delta } from '../support/fake-upstream.js';
import { eventually, FaultLab, mockModel, PATIENT_LLM, startMock } from '../support/fault-lab.js';
import { readCounter } from '../support/gauges.js';
import { openSocket, requestText } from '../support/raw-http.js';

let mock: MockLlm;
let lab: FaultLab;
beforeAll(async () => {
  mock = await startMock();
});
afterAll(() => mock.close());
afterEach(async () => {
  expect(await lab.stop()).toBe(0);
});

/** A client that can leave. */
function client(model: string, stream = true) {
  const controller = new AbortController();
  let text = '';
  const reply = lab.chat(model, {
    stream,
    signal: controller.signal,
    onText: (sofar) => {
      text = sofar;
    },
  });
  return { leave: () => controller.abort(), reply, text: () => text };
}

describe('a client that leaves', () => {
  const ENDLESS = 'mock:token_ms=20,tokens=100000';
  const RATE_LIMITED = 'mock-429:retry_after_seconds=60';
  /** Takes connections and never answers, not even to TLS. */
  const mute = createTcpServer();
  let muteConnections: Socket[];

  beforeEach(async () => {
    mock.resetStats();
    muteConnections = [];
    mute.removeAllListeners('connection').on('connection', (socket) => {
      muteConnections.push(socket.on('error', () => {}).resume());
    });
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const connecting = { name: 'connecting', provider: 'openai', baseUrl: `https://127.0.0.1:${port}/v1` };
    const names = ['mock', 'mock-hang', 'mock-head-only', ENDLESS, RATE_LIMITED];
    lab = await FaultLab.start({
      models: [...names.map((name) => mockModel(mock, name)), connecting],
      llm: { firstTokenTimeoutSeconds: 600, stallTimeoutSeconds: 600 },
      routing: { maxInFlight: 1, maxWaiting: 1, maxWaitSeconds: 600, retryAfterMaxSeconds: 600 },
    });
  });
  afterEach(async () => {
    for (const socket of muteConnections) socket.destroy();
    mute.close();
    await once(mute, 'close');
  });

  /** The only place is free again, and nothing else was asked of the upstream. */
  async function expectFreed(callsBefore: number): Promise<void> {
    await lab.expectClean(mock);
    expect(mock.stats().calls).toBe(callsBefore);
    expect(verdictOf(await lab.chat('mock'))).toMatchObject({ end: 'finished' });
    expect(mock.stats().calls).toBe(callsBefore + 1);
    await lab.expectClean(mock);
  }

  test.each([
    ['waits for the head of the answer', 'mock-hang', true],
    ['waits for the first token', 'mock-head-only', true],
    ['waits for the first token of a whole answer', 'mock-hang', false],
    ['waits for a whole answer that has begun', ENDLESS, false],
  ])('while it %s', async (_, model, stream) => {
    const { leave, reply } = client(model, stream);
    await eventually(() => mock.stats().open, 1);
    leave();
    await reply;
    await eventually(() => mock.stats().disconnects, 1);
    await expectFreed(1);
  });

  test('while text is streaming, whose tokens are counted', async () => {
    const { leave, reply, text } = client(ENDLESS);
    await eventually(() => text().includes('test answer') || text().split('data: ').length > 8, true);
    leave();
    await reply;
    await eventually(() => mock.stats().disconnects, 1);
    const tokens = () => readCounter(lab.server.url, 'gen_ai_client_token_usage_sum', '"output"');
    await expect.poll(tokens).toBeGreaterThan(5);
    await expectFreed(1);
  });

  test('while it waits in the queue', async () => {
    const holder = client('mock-hang');
    await eventually(() => mock.stats().open, 1);
    const waiting = client('mock');
    await lab.underWay(2);
    expect(verdictOf(await lab.chat('mock'))).toMatchObject({ status: 503, code: 'overloaded' });
    waiting.leave();
    await waiting.reply;
    const aborted = () => readCounter(lab.server.url, 'narae_limit_wait_seconds_count', '"aborted"');
    await eventually(aborted, 1);
    holder.leave();
    await holder.reply;
    await expectFreed(1);
    expect(mock.stats().disconnects).toBe(1);
  });

  test('while a connection is opened', async () => {
    const { leave, reply } = client('connecting');
    await eventually(() => muteConnections.length, 1);
    leave();
    await reply;
    // The attempt itself goes on until its deadline, for whoever asks next.
    await eventually(() => muteConnections.every(({ closed }) => closed), true);
    await expectFreed(0);
    expect(muteConnections).toHaveLength(1);
  });

  test('while a retry is slept for', async () => {
    const { leave, reply } = client(RATE_LIMITED);
    const retries = () => readCounter(lab.server.url, 'narae_generation_retries_total');
    await eventually(retries, 1);
    leave();
    await reply;
    await expectFreed(1);
  });
});

describe('a crowd', () => {
  const CROWD = 1000;

  test('of 1,000 clients leaves at once, and all of their calls end', async () => {
    mock.resetStats();
    lab = await FaultLab.start({
      models: [mockModel(mock, 'm', 'mock:token_ms=500,tokens=1000')],
      // A crowd takes its time to be let in.
      llm: PATIENT_LLM,
    });
    const body = JSON.stringify({
      model: 'm',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
      narae: { retrieval: false },
    });
    const sockets = Array.from({ length: CROWD }, () => {
      const socket = openSocket(lab.server.url)
        .on('error', () => {})
        .resume();
      socket.write(requestText('/v1/chat/completions', body).replace('host: mock', 'host: localhost'));
      return socket;
    });
    await eventually(() => mock.stats().open, CROWD);
    for (const socket of sockets) socket.destroy();
    await eventually(() => mock.stats().disconnects, CROWD);
    expect(mock.stats().calls).toBe(CROWD);
    await lab.expectClean(mock);
  });
});

describe('a client that reads one byte a second', () => {
  /** Sends text for as long as somebody takes it. */
  class Flood {
    sentBytes = 0;
    left = 0;
    readonly #server: Server = createServer((_, response) => {
      const text = delta('나래 '.repeat(4000));
      const pour = (): void => {
        while (!response.destroyed && response.write(text)) this.sentBytes += text.length;
      };
      response.writeHead(200, { 'content-type': 'text/event-stream' }).on('drain', pour);
      response.once('close', () => this.left++);
      pour();
    });

    async start(): Promise<string> {
      this.#server.listen(0, '127.0.0.1');
      await once(this.#server, 'listening');
      return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
    }

    close(): void {
      this.#server.close();
      this.#server.closeAllConnections();
    }
  }

  function slowSocket(url: string): Socket {
    const { port } = new URL(url);
    const socket: Socket = connect({
      host: '127.0.0.1',
      port: Number(port),
      onread: {
        buffer: Buffer.alloc(1),
        callback: () => {
          setTimeout(() => socket.resume(), 1000);
          return false;
        },
      },
    });
    return socket.on('error', () => {});
  }

  test('holds the upstream back, and is cut off with the reason in the log', async () => {
    const flood = new Flood();
    const baseUrl = await flood.start();
    lab = await FaultLab.start({
      models: [{ name: 'm', provider: 'openai', baseUrl }],
      server: { slowReaderTimeoutSeconds: 3 },
    });
    const body = JSON.stringify({
      model: 'm',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
      narae: { retrieval: false },
    });
    const socket = slowSocket(lab.server.url);
    socket.write(requestText('/v1/chat/completions', body).replace('host: mock', 'host: localhost'));
    let before = -1;
    const stands = (): boolean => {
      const same = flood.sentBytes > 0 && flood.sentBytes === before;
      before = flood.sentBytes;
      return same;
    };
    await eventually(stands, true);
    // What the system's socket buffers hold between three processes, and little besides.
    expect(flood.sentBytes).toBeLessThan(64 * 1024 * 1024);
    await eventually(() => flood.left, 1);
    await eventually(() => lab.server.output().includes('client_too_slow'), true);
    expect(await readCounter(lab.server.url, 'narae_errors_total', 'client_too_slow')).toBe(1);
    socket.destroy();
    await lab.expectClean();
    flood.close();
  });
});
