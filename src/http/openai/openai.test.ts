import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fakeRetriever } from '../../../test/support/fake-retriever.js';
import {
  delta,
  FAKE_TEXT,
  type FakeUpstream,
  startEvents,
  startFakeUpstream,
} from '../../../test/support/fake-upstream.js';
import { NO_CONVERSATIONS } from '../../../test/support/no-conversations.js';
import { createAnswerFlow } from '../../answer/index.js';
import { defaultAnswerOptions } from '../../answer/options.js';
import { deferred } from '../../core/index.js';
import { createLlmRegistry, type LlmRegistry } from '../../llm/index.js';
import { defaultLlmOptions } from '../../llm/options.js';
import type { NaraeEvent } from '../../observe/index.js';
import { createTenantDirectory } from '../../tenants/index.js';
import { createHttpServer, type HttpServer } from '../server.js';
import type { SseOptions } from '../sse/index.js';
import { openaiRoutes } from './index.js';

const MODELS = [
  'any',
  '429',
  '400',
  '500',
  'hang',
  'endless',
  'cut-mid-stream',
  'tools',
  'reasoning',
  'flood',
  'slow',
  'org/name',
];

/** Resolved when a client of the slow model has heard a comment. */
const heard = deferred<void>();
let upstream: FakeUpstream;
let registry: LlmRegistry;
beforeAll(async () => {
  upstream = await startFakeUpstream({
    flood: (response) => {
      startEvents(response);
      const big = delta('x'.repeat(100_000));
      const pour = () => {
        while (!response.destroyed && response.write(big));
      };
      response.on('drain', pour);
      pour();
    },
    slow: async (response) => {
      await heard.promise;
      startEvents(response).end(`${delta('late')}${delta('', 'stop')}data: [DONE]\n\n`);
    },
  });
  const { baseUrl } = upstream;
  const models = MODELS.map((name) => ({ name, provider: 'openai' as const, baseUrl }));
  registry = createLlmRegistry({ ...defaultLlmOptions, models });
});
afterAll(async () => {
  await registry.close();
  await upstream.close();
});

let server: HttpServer;
let url: string;
let events: NaraeEvent[];

async function start(sse?: SseOptions): Promise<void> {
  events = [];
  const emit = (event: NaraeEvent) => events.push(event);
  const embedder = {
    id: 'builtin-1',
    dimensions: 3,
    fusionWeight: 0.2,
    batchSize: 8,
    embed: async (texts: readonly string[]) => texts.map((text) => Float32Array.of(text.length, 0.5, -1)),
    close: async () => {},
  };
  const options = defaultAnswerOptions;
  const flow = createAnswerFlow({ registry, retriever: fakeRetriever(), options, emit });
  const http = {
    host: '127.0.0.1',
    port: 0,
    bodyLimitBytes: 2 ** 20,
    uploadLimitBytes: 1,
    compressionMinBytes: 1024,
    corsOrigins: [],
    shutdownTimeoutMs: 100,
  };
  const parts = {
    flow,
    embedder,
    emit,
    conversations: NO_CONVERSATIONS,
    defaultCollection: 'docs',
    defaultK: 8,
    ...(sse && { sse }),
  };
  server = await createHttpServer(http, {
    emit,
    tenants: createTenantDirectory({ apiKeys: [] }),
    version: '0',
    routes: (app) => openaiRoutes(app, parts),
  });
  url = await server.listen();
}
beforeEach(() => start());
afterEach(() => server.close());

function post(path: string, body: unknown): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

function chat(extra: Record<string, unknown> = {}): Promise<Response> {
  return post('/v1/chat/completions', { messages: [{ role: 'user', content: 'How much leave?' }], ...extra });
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
type Json = any;

/** The events of a stream; `done` tells whether `[DONE]` came, as the very last thing. */
function readEvents(text: string): { chunks: Json[]; done: boolean } {
  const data = text
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice(6));
  const done = text.endsWith('data: [DONE]\n\n');
  return { chunks: (done ? data.slice(0, -1) : data).map((event) => JSON.parse(event)), done };
}

describe('a stream', () => {
  test('keeps to OpenAI’s form from the role to [DONE]', async () => {
    const response = await chat({ stream: true });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(response.headers.get('server-timing')).toMatch(/retrieve;dur=/);
    const { chunks, done } = readEvents(await response.text());
    expect(done).toBe(true);
    expect(
      new Set(chunks.map(({ id, created, model, object }) => `${id} ${created} ${model} ${object}`)).size,
    ).toBe(1);
    expect(chunks[0].choices[0].delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks[0].narae).toMatchObject({
      provider: 'openai',
      model: 'any',
      collection: 'docs',
      collection_version: 7,
      search_mode: 'hybrid',
      request_id: response.headers.get('x-request-id'),
    });
    expect(chunks[0].narae.sources[0]).toMatchObject({
      n: 1,
      id: 'chunk-1',
      document_id: 'document-1',
      position: { start: 100 },
    });
    expect(chunks.map(({ choices }) => choices[0].delta.content ?? '').join('')).toBe(FAKE_TEXT);
    expect(chunks.map(({ choices }) => choices[0].finish_reason).filter(Boolean)).toEqual(['stop']);
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
    const citation = chunks.at(-2).choices[0].delta.annotations[0].url_citation;
    expect(FAKE_TEXT.slice(citation.start_index, citation.end_index)).toBe('[1]');
    expect(citation.url).toBe(`${url}/?document=document-1&collection=docs&start=100&end=178`);
  });

  test('tells its usage when asked: null in every chunk, then once without choices', async () => {
    const response = await chat({ stream: true, stream_options: { include_usage: true } });
    const { chunks } = readEvents(await response.text());
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    });
  });

  test('that breaks ends with an error object, without [DONE], and the log knows', async () => {
    const { chunks, done } = readEvents(await (await chat({ stream: true, model: 'cut-mid-stream' })).text());
    expect(done).toBe(false);
    expect(chunks.at(-1).error).toMatchObject({
      code: 'llm_stream_broken',
      param: null,
      type: 'server_error',
    });
    expect(events).toContainEqual(expect.objectContaining({ type: 'error', code: 'llm_stream_broken' }));
  });

  test.each([
    ['429', 429, 'llm_rate_limited'],
    ['400', 400, 'llm_rejected'],
    ['500', 502, 'llm_failed'],
  ])('that fails before its first text (%s) has a real status', async (model, status, code) => {
    const response = await chat({ stream: true, model });
    expect(response.status).toBe(status);
    expect((await response.json()) as Json).toMatchObject({ error: { code } });
  });

  test('is kept alive by comments while the model is silent, and begins though it is slow', async () => {
    await server.close();
    await start({ heartbeatMs: 30, slowReaderTimeoutMs: 1000 });
    const response = await chat({ stream: true, model: 'slow' });
    let text = '';
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.includes('\n\n: keep-alive\n\n')) heard.resolve();
    }
    expect(text).toMatch(/\n\n: keep-alive\n\n/);
    expect(readEvents(text).done).toBe(true);
  });

  test('cancels the model when the client leaves', async () => {
    const left = upstream.nextDisconnect();
    const controller = new AbortController();
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'endless',
        stream: true,
        messages: [{ role: 'user', content: 'leave?' }],
      }),
      signal: controller.signal,
    });
    await response.body?.getReader().read();
    controller.abort();
    await left;
  });

  test('cuts off a reader that takes nothing, and the model with it', async () => {
    await server.close();
    await start({ heartbeatMs: 1000, slowReaderTimeoutMs: 100 });
    const left = upstream.nextDisconnect();
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({
      model: 'flood',
      stream: true,
      messages: [{ role: 'user', content: 'leave?' }],
    });
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    socket.pause();
    await left;
    const tooSlow = events.filter((event) => event.type === 'error' && event.code === 'client_too_slow');
    expect(tooSlow).toMatchObject([{ message: expect.stringContaining('for 0.1 s') }]);
    socket.destroy();
  });
});

describe('a whole answer', () => {
  test('keeps to OpenAI’s form, with sources and annotations', async () => {
    const response = await chat();
    const body = (await response.json()) as Json;
    expect(body).toMatchObject({
      object: 'chat.completion',
      model: 'any',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: FAKE_TEXT } }],
      usage: { total_tokens: 18 },
      narae: { provider: 'openai', collection: 'docs' },
    });
    expect(body.choices[0].message.annotations[0]).toMatchObject({
      type: 'url_citation',
      url_citation: { title: 'Guide 1' },
    });
    expect(response.headers.get('server-timing')).toMatch(/generate;dur=/);
  });

  test('carries tool calls and reasoning', async () => {
    const tools = (await (await chat({ model: 'tools' })).json()) as Json;
    expect(tools.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"서울"}' } },
        ],
      },
    });
    const thought = (await (await chat({ model: 'reasoning' })).json()) as Json;
    expect(thought.choices[0].message.reasoning_content).toBe('hm, yes');
  });

  test('of the built-in provider needs no model server', async () => {
    const body = (await (await chat({ model: 'extractive' })).json()) as Json;
    expect(body.choices[0].message.content).toContain('25 days of paid leave each year. [1]');
    expect(body.narae.provider).toBe('extractive');
  });
});

describe('a bad request', () => {
  const user = [{ role: 'user', content: 'x' }];
  test.each<[string, unknown, number, string, string | null]>([
    ['no messages', {}, 400, 'invalid_request', 'messages'],
    [
      'an unknown role',
      { messages: [{ role: 'wizard', content: 'x' }] },
      400,
      'invalid_request',
      'messages[0].role',
    ],
    [
      'a wrong content',
      { messages: [{ role: 'user', content: 5 }] },
      400,
      'invalid_request',
      'messages[0].content',
    ],
    [
      'an empty question',
      { messages: [{ role: 'user', content: '' }] },
      400,
      'empty_question',
      'messages[0].content',
    ],
    [
      'a question over the limit',
      { messages: [{ role: 'user', content: 'x'.repeat(100_001) }] },
      400,
      'question_too_long',
      'messages[0].content',
    ],
    ['several choices', { messages: user, n: 2 }, 400, 'invalid_request', 'n'],
    ['an unknown model', { messages: user, model: 'gpt-9' }, 404, 'model_not_found', 'model'],
    [
      'an unknown extension',
      { messages: user, narae: { colection: 'x' } },
      400,
      'unknown_field',
      'narae.colection',
    ],
    ['too many passages', { messages: user, narae: { k: 101 } }, 400, 'invalid_request', 'narae.k'],
    ['a wrong type', { messages: user, temperature: 'hot' }, 400, 'invalid_request', 'temperature'],
  ])('with %s names its field', async (_, body, status, code, param) => {
    const response = await post('/v1/chat/completions', body);
    expect(response.status).toBe(status);
    expect(((await response.json()) as Json).error).toMatchObject({ code, param });
  });

  test('is not one with what OpenAI’s clients send: nulls, and parameters for the upstream', async () => {
    const response = await chat({
      temperature: null,
      stop: null,
      stream: null,
      tools: null,
      made_up: 1,
      max_tokens: 5,
    });
    expect(response.status).toBe(200);
    const body = upstream.seen.at(-1)?.body;
    expect(body).toMatchObject({ made_up: 1, max_tokens: 5 });
    expect(body).not.toHaveProperty('narae');
    expect(body).not.toHaveProperty('temperature');
  });
});

describe('embeddings', () => {
  test('come as numbers and as base64, in order', async () => {
    const numbers = (await (
      await post('/v1/embeddings', { input: ['가나다', 'ab'], model: 'builtin-1' })
    ).json()) as Json;
    expect(numbers).toMatchObject({
      object: 'list',
      model: 'builtin-1',
      data: [{ index: 0, embedding: [3, 0.5, -1] }, { index: 1 }],
    });
    const base64 = (await (
      await post('/v1/embeddings', { input: '가나다', encoding_format: 'base64' })
    ).json()) as Json;
    const bytes = Buffer.from(base64.data[0].embedding, 'base64');
    expect([0, 4, 8].map((at) => bytes.readFloatLE(at))).toEqual([3, 0.5, -1]);
  });

  test.each<[string, unknown, number, string]>([
    ['token arrays', { input: [1, 2] }, 400, 'input'],
    ['lists of token arrays', { input: [[1, 2]] }, 400, 'input'],
    ['an empty text', { input: ['a', ''] }, 400, 'input[1]'],
    ['other dimensions', { input: 'a', dimensions: 5 }, 400, 'dimensions'],
    ['another model', { input: 'a', model: 'ada' }, 404, 'model'],
    ['nothing', {}, 400, 'input'],
  ])('refuse %s', async (_, body, status, param) => {
    const response = await post('/v1/embeddings', body);
    expect(response.status).toBe(status);
    expect(((await response.json()) as Json).error.param).toBe(param);
  });
});

test('models are listed, the default first, and found by id also with a slash', async () => {
  const list = (await (await fetch(`${url}/v1/models`)).json()) as Json;
  expect(list.data.map(({ id }: Json) => id)).toEqual([...MODELS, 'extractive']);
  const one = (await (await fetch(`${url}/v1/models/org/name`)).json()) as Json;
  expect(one).toMatchObject({ id: 'org/name', object: 'model', owned_by: 'openai' });
  const none = await fetch(`${url}/v1/models/nobody`);
  expect(none.status).toBe(404);
});
