import { once } from 'node:events';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS, type MockLlm, startMockLlm } from '../../dist/lab/index.js';
import { openSocket, rawPost, requestText } from '../support/raw-http.js';

let mock: MockLlm;
beforeAll(async () => {
  mock = await startMockLlm({ tokens: 8 });
});
afterEach(() => mock.resetStats());
afterAll(() => mock.close());

const QUESTION = { role: 'user', content: 'How long is the warranty?' };
const KOREAN_QUESTION = { role: 'user', content: '보증 기간은 얼마인가요?' };
const WORDS = 'This is a test answer from the mock ';

function chat(model: string, fields: object = {}) {
  const body = { model, stream: true, max_tokens: 100, messages: [QUESTION], ...fields };
  const willHang = /hang|head-only|stall/.test(model);
  return rawPost(mock.url, { path: '/v1/chat/completions', body, ...(willHang && { quietMs: 1_500 }) });
}

function messages(model: string, fields: object = {}) {
  const body = { model, stream: true, max_tokens: 100, messages: [QUESTION], ...fields };
  return rawPost(mock.url, { path: '/v1/messages', body });
}

/** The `data:` payloads of a stream. */
function payloads(reply: { readonly chunks: readonly Buffer[] }): string[] {
  const text = Buffer.concat(reply.chunks).toString('utf8');
  return text.split(/\r?\n/).flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []));
}

function json<Value>(text: string): Value {
  return JSON.parse(text) as Value;
}

interface OpenAiChunk {
  readonly choices: readonly {
    readonly delta: { readonly content?: string };
    readonly finish_reason: string | null;
  }[];
}

/** The text of an OpenAI stream, by a full parse. */
function openAiText(reply: { readonly chunks: readonly Buffer[] }): string {
  return payloads(reply)
    .filter((data) => data !== '[DONE]' && data !== '{}')
    .map((data) => json<OpenAiChunk>(data).choices[0]?.delta.content ?? '')
    .join('');
}

describe("OpenAI's format", () => {
  it('streams role, tokens, finish, usage and [DONE], the same for the same call', async () => {
    const reply = await chat('mock', { stream_options: { include_usage: true } });
    expect(reply.end).toBe('complete');
    expect(openAiText(reply)).toBe(WORDS);
    const events = payloads(reply);
    expect(events[0]).toContain('"role":"assistant"');
    expect(events.at(-3)).toContain('"finish_reason":"stop"');
    expect(json(events.at(-2) ?? '')).toMatchObject({
      choices: [],
      usage: { completion_tokens: 8, prompt_tokens: 7, total_tokens: 15 },
    });
    expect(events.at(-1)).toBe('[DONE]');
    for (const data of events.slice(0, -2)) expect(data).toContain('"usage":null');
    const again = await chat('mock', { stream_options: { include_usage: true } });
    expect(payloads(again)).toEqual(events);
  });

  it('answers whole, in Korean, with citations of the passages that are there', async () => {
    const content = 'BEGIN PASSAGE [1] a\nEND PASSAGE [1]\nBEGIN PASSAGE [2] b\n보증 기간은 얼마인가요?';
    const reply = await chat('mock:tokens=40', { stream: false, messages: [{ role: 'user', content }] });
    const { choices } = json<{ choices: { message: { content: string }; finish_reason: string }[] }>(
      Buffer.concat(reply.chunks).toString('utf8'),
    );
    expect(choices[0]?.message.content).toMatch(/^이것은 모의 모델이 .*\[1\] .*\[2\] .*\[1\] /);
    expect(choices[0]?.finish_reason).toBe('stop');
  });

  it('ends with "length" when the request wants fewer tokens', async () => {
    const reply = await chat('mock', { max_completion_tokens: 3 });
    expect(openAiText(reply)).toBe('This is a ');
    expect(payloads(reply).at(-2)).toContain('"finish_reason":"length"');
  });

  it('lists its models and embeds texts, alike ones near each other', async () => {
    const list = await fetch(`${mock.url}/v1/models`);
    const { data } = (await list.json()) as { data: { id: string; description: string }[] };
    expect(data.map(({ id }) => id)).toEqual(Object.keys(FAULTS));
    const input = ['환불은 14일 안에 됩니다', '환불은 14일 안에 안 됩니다', 'The sky is blue'];
    const reply = await rawPost(mock.url, { path: '/v1/embeddings', body: { model: 'mock', input } });
    const rows = json<{ data: { embedding: number[] }[] }>(Buffer.concat(reply.chunks).toString()).data;
    const [first, second, third] = rows.map(({ embedding }) => embedding) as [number[], number[], number[]];
    const dot = (a: number[], b: number[]): number => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
    expect(first).toHaveLength(256);
    expect(dot(first, first)).toBeCloseTo(1);
    expect(dot(first, second)).toBeGreaterThan(dot(first, third) + 0.3);
  });

  it('gives embeddings as base64 of the length that was asked for', async () => {
    const body = { model: 'mock', input: 'x y', dimensions: 16, encoding_format: 'base64' };
    const reply = await rawPost(mock.url, { path: '/v1/embeddings', body });
    const text = json<{ data: { embedding: string }[] }>(Buffer.concat(reply.chunks).toString()).data[0]!
      .embedding;
    expect(Buffer.from(text, 'base64').byteLength).toBe(16 * 4);
  });

  it.each([
    ['{', 400, 'not valid JSON'],
    ['{"messages":[]}', 400, 'model'],
    ['{"model":"mock"}', 400, 'messages'],
    [`{"model":"${'m'.repeat(301)}","messages":[]}`, 400, '300 characters'],
    ['{"model":"mock-nonsense","messages":[]}', 404, 'mock-nonsense'],
    ['{"model":"mock:colour=1","messages":[]}', 400, 'first_token_ms'],
    ['{"model":"mock:tokens=x","messages":[]}', 400, 'whole number'],
    ['{"model":"mock","messages":[],"max_tokens":-1}', 400, 'max_tokens'],
  ])('refuses %s', async (body, status, message) => {
    const response = await fetch(`${mock.url}/v1/chat/completions`, { method: 'POST', body });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining(message) } });
  });
});

describe('the openai package', () => {
  it('reads streams, tool calls, embeddings and the list of models', async () => {
    const client = new OpenAI({ baseURL: `${mock.url}/v1`, apiKey: 'any', maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: '안녕하세요' }];
    let text = '';
    for await (const { choices } of await client.chat.completions.create({
      model: 'mock',
      messages,
      stream: true,
    }))
      text += choices[0]?.delta.content ?? '';
    expect(text).toMatch(/^이것은 모의 모델이 /);
    const called = await client.chat.completions
      .stream({ model: 'mock-tools', messages })
      .finalChatCompletion();
    const [call] = called.choices[0]?.message.tool_calls ?? [];
    expect(call).toMatchObject({ function: { name: 'lookup', arguments: '{"query":"나래 answers"}' } });
    const { data } = await client.embeddings.create({ model: 'mock', input: ['가', 'b'] });
    expect(data.map(({ embedding }) => embedding.length)).toEqual([256, 256]);
    expect((await client.models.list()).data[0]?.id).toBe('mock');
    const refused = client.chat.completions.create({ model: 'mock-429', messages });
    await expect(refused).rejects.toMatchObject({ status: 429, type: 'rate_limit_error' });
  });
});

describe("Anthropic's format", () => {
  it('streams all its events in order', async () => {
    const reply = await messages('mock', { messages: [KOREAN_QUESTION] });
    expect(reply.end).toBe('complete');
    const events = payloads(reply).map((data) => json<{ type: string; delta?: { text?: string } }>(data));
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      ...Array.from({ length: 8 }, () => 'content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events.map(({ delta }) => delta?.text ?? '').join('')).toMatch(/^이것은 모의 모델이 /);
  });

  it('answers whole, and calls the tool that is offered', async () => {
    const tools = [{ name: 'find_order', input_schema: { type: 'object' } }];
    const reply = await messages('mock-tools', { stream: false, tools });
    expect(json(Buffer.concat(reply.chunks).toString('utf8'))).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', name: 'find_order', input: { query: '나래 answers' } }],
    });
  });

  it('reports failures its own way', async () => {
    expect((await messages('mock-529')).text).toMatch(
      /^HTTP\/1\.1 529[\s\S]*"type":"error"[\s\S]*overloaded_error/,
    );
    expect(payloads(await messages('mock-error-event')).at(-1)).toContain('"type":"error"');
  });
});

describe('faults, as a plain TCP client sees them', () => {
  it.each([400, 401, 403, 404, 413, 429, 500, 502, 503, 504, 529])('mock-%i', async (status) => {
    const { text, end } = await chat(`mock-${status}:retry_after_seconds=7`);
    expect(end).toBe('complete');
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text).toContain('"error":{"message"');
    expect(/retry-after: 7/i.test(text)).toBe(status === 429 || status === 503);
  });

  it('mock-flaky fails every other call', async () => {
    const statuses = [];
    for (let call = 0; call < 4; call++) statuses.push((await chat('mock-flaky')).text.slice(9, 12));
    expect(statuses).toEqual(['500', '200', '500', '200']);
  });

  it('mock-hang, mock-reset and mock-head-only', async () => {
    expect(await chat('mock-hang')).toMatchObject({ end: 'silent', text: '' });
    expect(await chat('mock-reset')).toMatchObject({ end: 'closed', text: '' });
    const head = await chat('mock-head-only');
    expect(head).toMatchObject({ end: 'silent', chunks: [] });
    expect(head.text).toMatch(/^HTTP\/1\.1 200 .*text\/event-stream/s);
  });

  it.each([
    ['mock-stall', 'silent'],
    ['mock-cut', 'closed'],
    ['mock-eof', 'complete'],
  ])('%s brings half of the answer and no finish', async (model, end) => {
    const reply = await chat(model);
    expect(reply.end).toBe(end);
    expect(openAiText(reply)).toBe('This is a test ');
    expect(reply.text).not.toMatch(/"finish_reason":"|\[DONE\]/);
    const whole = await chat(model, { stream: false });
    expect(whole.end).toBe(end);
    expect(() => JSON.parse(Buffer.concat(whole.chunks).toString())).toThrow();
  });

  it('mock-cut-event ends inside an event', async () => {
    const reply = await chat('mock-cut-event');
    expect(reply.end).toBe('closed');
    expect(Buffer.concat(reply.chunks).toString().endsWith('\n\n')).toBe(false);
  });

  it('mock-garbage, mock-error-event and mock-error-first', async () => {
    const garbage = payloads(await chat('mock-garbage'));
    const bad = garbage.filter((data) => data !== '[DONE]' && !isJson(data));
    expect(bad).toHaveLength(1);
    const late = payloads(await chat('mock-error-event'));
    expect(late).toHaveLength(6);
    expect(json(late.at(-1) ?? '')).toMatchObject({ error: { type: 'api_error', code: 500 } });
    const first = await chat('mock-error-first');
    expect(first.text).toMatch(/^HTTP\/1\.1 200 /);
    expect(payloads(first)).toHaveLength(1);
    expect(json(payloads(first)[0] ?? '')).toHaveProperty('error');
  });

  it('mock-html and mock-html-502 are web pages', async () => {
    expect((await chat('mock-html')).text).toMatch(/^HTTP\/1\.1 200 [\s\S]*text\/html[\s\S]*<!doctype html>/);
    expect((await chat('mock-html-502')).text).toMatch(/^HTTP\/1\.1 502 /);
  });
});

describe('whole answers in odd clothes', () => {
  it.each([
    'mock-pings',
    'mock-empty-choices',
    'mock-no-done',
    'mock-crlf',
    'mock-byte-by-byte',
    'mock-length',
    'mock-filter',
  ])('%s has every token', async (model) => {
    const reply = await chat(model);
    expect(reply.end).toBe('complete');
    expect(openAiText(reply)).toBe(WORDS);
  });

  it('each is odd in its own way', async () => {
    expect((await chat('mock-pings')).text).toMatch(/: ping\n\nevent: ping\ndata: \{\}\n\n/);
    expect((await chat('mock-empty-choices')).text.match(/"choices":\[\]/g)).toHaveLength(9);
    expect((await chat('mock-no-done')).text).not.toContain('[DONE]');
    expect(Buffer.concat((await chat('mock-crlf')).chunks).toString()).not.toMatch(/[^\r]\n/);
    expect((await chat('mock-byte-by-byte')).chunks.every(({ byteLength }) => byteLength === 1)).toBe(true);
    expect((await chat('mock-length')).text).toContain('"finish_reason":"length"');
    expect((await chat('mock-filter')).text).toContain('"finish_reason":"content_filter"');
    expect((await chat('mock-tools')).text).toContain('"finish_reason":"tool_calls"');
    expect((await chat('mock-reasoning')).text.match(/"reasoning_content"/g)).toHaveLength(16);
    expect((await chat('mock-whole')).text).toContain('content-type: application/json');
  });

  it('mock-split-utf8 cuts every Korean character', async () => {
    const reply = await chat('mock-split-utf8');
    expect(openAiText(reply)).toMatch(/^이것은 모의 모델이 /);
    // The last byte of each chunk but the last is the first of a character.
    for (const chunk of reply.chunks.slice(0, -1)) {
      const last = chunk.at(-1)!;
      if (chunk.toString('latin1').endsWith('\n\n')) continue;
      expect(last).toBeGreaterThanOrEqual(0xc0);
    }
    expect(reply.chunks.length).toBeGreaterThan(20);
  });

  it('mock-10mb-event brings one event of 10 MB', async () => {
    const sizes = payloads(await chat('mock-10mb-event')).map(({ length }) => length);
    expect(Math.max(...sizes)).toBeGreaterThan(10 * 1024 * 1024);
    expect(sizes).toHaveLength(8 + 3);
  });

  it('says what every model does', () => {
    for (const { description } of Object.values(FAULTS)) expect(description.length).toBeGreaterThan(10);
  });
});

describe('time', () => {
  it('never sends a token early, and ends the stream after the last', async () => {
    const startedMs = performance.now();
    const reply = await chat('mock:first_token_ms=60,token_ms=20,tokens=6');
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(60 + 5 * 20);
    expect(reply.chunks).toHaveLength(6);
  });

  it('answers requests that come one behind the other on a connection', async () => {
    const socket = openSocket(mock.url);
    const body = JSON.stringify({ model: 'mock:token_ms=2', stream: true, messages: [QUESTION] });
    socket.write(requestText('/v1/chat/completions', body).repeat(3));
    let text = '';
    while (text.split('0\r\n\r\n').length <= 3) text += String((await once(socket, 'data'))[0]);
    expect(text.match(/\[DONE\]/g)).toHaveLength(3);
    socket.destroy();
  });

  it('does not write to a reader that does not read', async () => {
    const socket = openSocket(mock.url);
    const body = JSON.stringify({
      model: 'mock-10mb-event:token_ms=1,tokens=400',
      stream: true,
      messages: [QUESTION],
    });
    socket.pause();
    socket.write(requestText('/v1/chat/completions', body));
    await waitUntil(() => mock.stats().open === 1);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(mock.stats().open).toBe(1);
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.byteLength;
    });
    socket.resume();
    await waitUntil(() => mock.stats().completed === 1);
    await waitUntil(() => bytes > 10 * 1024 * 1024);
    socket.destroy();
  });
});

describe('counts', () => {
  it('counts calls, answers and clients that leave, and how soon it noticed', async () => {
    const ENDLESS = 'mock:token_ms=50,tokens=100000';
    await chat('mock');
    const sockets = ['mock-hang', 'mock-stall', ENDLESS].map((model) => {
      const socket = openSocket(mock.url);
      socket.write(
        requestText('/v1/chat/completions', JSON.stringify({ model, stream: true, messages: [QUESTION] })),
      );
      return socket;
    });
    await waitUntil(() => mock.stats().open === 3);
    mock.markLeaving();
    for (const socket of sockets) socket.destroy();
    await waitUntil(() => mock.stats().disconnects === 3);
    const { calls, callsByModel, open, openPeak, completed, recentDisconnects } = mock.stats();
    expect({ calls, open, completed }).toEqual({ calls: 4, open: 0, completed: 1 });
    expect(openPeak).toBe(3);
    expect(callsByModel).toEqual({ mock: 1, 'mock-hang': 1, 'mock-stall': 1, [ENDLESS]: 1 });
    for (const { afterMarkMs, afterRequestMs, atMs } of recentDisconnects) {
      expect(afterMarkMs).toBeGreaterThanOrEqual(0);
      expect(afterRequestMs).toBeGreaterThanOrEqual(afterMarkMs ?? 0);
      expect(Math.abs(Date.now() - atMs)).toBeLessThan(60_000);
    }
  });

  it('gives them out over HTTP, and starts anew on DELETE', async () => {
    await chat('mock');
    const read = async (method: string, path = '/mock/stats') =>
      (await (await fetch(mock.url + path, { method })).json()) as { calls: number };
    expect((await read('GET')).calls).toBe(1);
    expect((await read('POST', '/mock/leaving')).calls).toBe(1);
    expect((await read('DELETE')).calls).toBe(0);
  });

  it('leaves nothing open when it is closed', async () => {
    const own = await startMockLlm({ tokenMs: 1000 });
    const reply = rawPost(own.url, {
      path: '/v1/chat/completions',
      body: { model: 'mock', stream: true, messages: [QUESTION] },
    });
    await waitUntil(() => own.stats().open === 1);
    await own.close();
    await own.close();
    expect((await reply).end).toBe('closed');
    await waitUntil(() => own.stats().open === 0);
  });

  it('refuses bad options and taken ports', async () => {
    await expect(startMockLlm({ tokens: -1 })).rejects.toMatchObject({
      code: 'config_invalid',
      field: 'tokens',
    });
    const { port } = new URL(mock.url);
    await expect(startMockLlm({ port: Number(port) })).rejects.toMatchObject({ code: 'port_in_use' });
    await expect(startMockLlm({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'host_unavailable' });
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function waitUntil(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error('it never came about');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
