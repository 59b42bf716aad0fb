import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verdictOf } from '../support/chat-client.js';
import {
  FAKE_TEXT,
  type FakeUpstream,
  type SeenRequest,
  sendJson,
  startEvents,
  startFakeUpstream,
  wholeStream,
} from '../support/fake-upstream.js';
import { FaultLab } from '../support/fault-lab.js';

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
type Json = any;

const event = (chunk: object): string => `data: ${JSON.stringify(chunk)}\n\n`;
const choice = (delta: object, finish: string | null = null, chunk: object = {}): string =>
  event({ ...chunk, choices: [{ index: 0, delta, finish_reason: finish }] });
const DONE = 'data: [DONE]\n\n';
const MESSAGE = { role: 'assistant', content: FAKE_TEXT };

function raw(text: string) {
  return (response: ServerResponse): void => void startEvents(response).end(text);
}

/** Legal ways to say FAKE_TEXT, or nearly so, that model servers have been seen to take. */
const WAYS: Readonly<Record<string, (response: ServerResponse, request: SeenRequest) => void>> = {
  'no space behind the colon': raw(wholeStream().replaceAll('data: ', 'data:')),
  'a byte order mark': raw(`\uFEFF${wholeStream()}`),
  'names and numbers of events': raw(wholeStream().replaceAll('data: {', 'event: message\nid: 7\ndata: {')),
  'several lines of data': raw(wholeStream().replaceAll(',"choices"', '\ndata: ,"choices"')),
  'the finish with the last text': raw(choice({ role: 'assistant', content: FAKE_TEXT }, 'stop') + DONE),
  'all in one event': raw(choice(MESSAGE, 'stop', { usage: { prompt_tokens: 11, completion_tokens: 7 } })),
  'a role with every piece': raw(
    [...FAKE_TEXT].map((content) => choice({ role: 'assistant', content })).join('') + choice({}, 'stop'),
  ),
  'a whole answer': (response) =>
    sendJson(response, 200, { choices: [{ message: MESSAGE, finish_reason: 'stop' }] }),
  'a whole answer behind blanks': (response) =>
    void response.end(`\n \n${JSON.stringify({ choices: [{ message: MESSAGE, finish_reason: 'stop' }] })}`),
  'no type of content': (response) => void response.writeHead(200).end(wholeStream()),
  'hints before the head': (response) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => {
      startEvents(response).end(wholeStream());
    });
  },
  trailers: (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', trailer: 'x-cost' });
    response.write(wholeStream());
    response.addTrailers({ 'x-cost': '1' });
    response.end();
  },
  'a body that ends with its connection': ({ socket }) => {
    socket?.end(`HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${wholeStream()}`);
  },
  'a reset behind the finish': (response) => {
    startEvents(response).write(wholeStream().slice(0, -DONE.length));
    setTimeout(() => response.socket?.resetAndDestroy(), 20);
  },
  'a finish with every piece': async (response) => {
    startEvents(response);
    for (const content of [FAKE_TEXT.slice(0, 5), FAKE_TEXT.slice(5, 9), FAKE_TEXT.slice(9)]) {
      response.write(choice({ content }, 'stop'));
      await sleep(700);
    }
    response.end(DONE);
  },
};

const DETAILS = { prompt_tokens_details: { cached_tokens: 4 }, cost: 0.002 };
const SIGNATURE = { google: { thought_signature: 'c2ln' } };
const CALLS = ['서울', '부산'].map((city, at) => ({
  index: 0,
  id: `call-${at}`,
  type: 'function',
  function: { name: 'weather', arguments: JSON.stringify({ city }) },
  ...(at === 0 && { extra_content: SIGNATURE }),
}));

/** What else servers say. */
const SAYINGS: typeof WAYS = {
  refusal: raw(
    choice({ role: 'assistant', refusal: 'I cannot ' }) + choice({ refusal: 'say.' }) + choice({}, 'stop'),
  ),
  fields: raw(
    choice({ content: 'See [1].' }, null, { system_fingerprint: 'fp', citations: ['https://a.example'] }) +
      choice({ annotations: [{ type: 'url_citation', url: 'https://a.example' }] }) +
      choice({ audio: { id: 'au', data: 'QU' } }) +
      choice({ audio: { data: 'JD' } }) +
      choice({}, 'stop') +
      event({
        choices: [],
        usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, ...DETAILS },
      }) +
      DONE,
  ),
  calls: raw(CALLS.map((call) => choice({ tool_calls: [call] })).join('') + choice({}, 'tool_calls') + DONE),
  quota: (response) =>
    sendJson(response, 429, {
      error: { message: 'You exceeded your quota', type: 'insufficient_quota', code: 'insufficient_quota' },
    }),
  forgetful: (response) => {
    const used = forgotten.has(response.socket as object);
    forgotten.add(response.socket as object);
    if (used) response.socket?.resetAndDestroy();
    else raw(wholeStream())(response);
  },
};

/** Connections that brought one answer: the server breaks them instead of bringing another. */
const forgotten = new WeakSet<object>();

let upstream: FakeUpstream;
let lab: FaultLab;
beforeAll(async () => {
  upstream = await startFakeUpstream({ ...WAYS, ...SAYINGS });
  const at = { provider: 'openai', baseUrl: upstream.baseUrl, retrieval: false };
  const names = [...Object.keys(WAYS), ...Object.keys(SAYINGS), 'fine'];
  const models = names.map((name) => ({ ...at, name, ...(name === 'quota' && { fallback: ['fine'] }) }));
  // One that sends every request over the same connection.
  const own = { ...at, baseUrl: upstream.baseUrl.replace('127.0.0.1', 'localhost') };
  lab = await FaultLab.start({
    models: [
      ...models,
      { ...own, name: 'kept', upstreamModel: 'forgetful' },
      { ...at, name: 'azure', baseUrl: `${upstream.baseUrl}?api-version=7`, headers: { 'Api-Key': 'k' } },
      { ...at, name: 'remembered', upstreamModel: 'fields', cache: 'always' },
      { ...at, name: 'refusing', upstreamModel: 'refusal', cache: 'always' },
    ],
    llm: { keepAliveSeconds: 4 },
  });
});
afterAll(async () => {
  await lab?.stop();
  await upstream?.close();
});

async function ask(model: string, stream: boolean, more: object = {}): Promise<Json[]> {
  const response = await fetch(`${lab.server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: '?' }], ...more }),
  });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  if (!stream) return [JSON.parse(text)];
  const data = text.split('\n\n').filter((line) => line.startsWith('data: {'));
  expect(text.endsWith(DONE)).toBe(true);
  return data.map((line) => JSON.parse(line.slice(6)));
}

const deltas = (chunks: readonly Json[]): Json[] => chunks.flatMap((chunk) => chunk.choices[0]?.delta ?? []);

describe.each(Object.keys(WAYS))('a server with %s', (way) => {
  test.each([true, false])('is understood, streaming %s', async (stream) => {
    const verdict = verdictOf(await lab.chat(way, { stream }));
    expect(verdict).toMatchObject({ end: 'finished', reason: 'stop', text: FAKE_TEXT });
  });
});

describe('what a server says', () => {
  test('when it refuses is a refusal, not content', async () => {
    const [whole] = await ask('refusal', false);
    expect(whole.choices[0].message).toMatchObject({ content: null, refusal: 'I cannot say.' });
    const streamed = deltas(await ask('refusal', true));
    expect(streamed.map(({ refusal }) => refusal ?? '').join('')).toBe('I cannot say.');
    expect(streamed.map(({ content }) => content ?? '').join('')).toBe('');
  });

  test('beside its text arrives, in the stream and in the JSON', async () => {
    const annotations = [{ type: 'url_citation', url: 'https://a.example' }];
    const about = { system_fingerprint: 'fp', citations: ['https://a.example'] };
    const [whole] = await ask('fields', false);
    expect(whole).toMatchObject({ ...about, usage: { prompt_tokens: 11, total_tokens: 18, ...DETAILS } });
    expect(whole.choices[0].message).toMatchObject({
      content: 'See [1].',
      annotations,
      audio: { id: 'au', data: 'QUJD' },
    });
    const chunks = await ask('fields', true, { stream_options: { include_usage: true } });
    expect(chunks.at(-2)).toMatchObject({ ...about, choices: [{ finish_reason: 'stop' }] });
    expect(chunks.at(-1).usage).toMatchObject(DETAILS);
    expect(deltas(chunks)).toEqual(
      expect.arrayContaining([{ annotations }, { audio: { id: 'au', data: 'QU' } }]),
    );
  });

  test('is the same when it is kept and given again, but for what it cost', async () => {
    const [first] = await ask('remembered', false);
    const [second] = await ask('remembered', false);
    expect([first.narae.cache.outcome, second.narae.cache.outcome]).toEqual(['miss', 'hit']);
    expect(second.choices).toEqual(first.choices);
    expect(second.citations).toEqual(first.citations);
    expect(second.usage).toMatchObject({ prompt_tokens: 11, prompt_tokens_details: { cached_tokens: 11 } });
    expect(second.usage).not.toHaveProperty('cost');
    const streamed = deltas(await ask('remembered', true));
    expect(streamed).toContainEqual({
      annotations: [{ type: 'url_citation', url: 'https://a.example' }],
      audio: { id: 'au', data: 'QUJD' },
    });
    const refused = [await ask('refusing', false), await ask('refusing', false)];
    expect(refused.map(([answer]) => answer.narae.cache.outcome)).toEqual(['miss', 'miss']);
  });

  test('about calls of tools stays with each call, and comes back to it untouched', async () => {
    const [whole] = await ask('calls', false);
    const { message } = whole.choices[0];
    expect(message.tool_calls).toEqual(CALLS.map(({ index: _, ...call }) => call));
    const streamed = deltas(await ask('calls', true)).flatMap(({ tool_calls }) => tool_calls ?? []);
    expect(streamed.map(({ index, id }) => [index, id])).toEqual([
      [0, 'call-0'],
      [1, 'call-1'],
    ]);
    const results = CALLS.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: '맑음' }));
    await ask('calls', false, { messages: [{ role: 'user', content: '?' }, message, ...results] });
    expect((upstream.seen.at(-1)?.body.messages as Json)[1].tool_calls).toEqual(message.tool_calls);
  });
});

test('a request passes as it was sent', async () => {
  const messages = [
    { role: 'developer', content: 'Be brief.' },
    {
      role: 'user',
      name: 'kim',
      content: [
        { type: 'text', text: '?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
        { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
      ],
    },
    { role: 'assistant', content: null, refusal: 'No.', reasoning_content: 'hm', audio: { id: 'au' } },
    { role: 'user', content: '!' },
  ];
  const parameters = {
    n: 1,
    stop: ['a', 'b'],
    seed: 0,
    logprobs: true,
    top_logprobs: 2,
    temperature: 0,
    logit_bias: { '50256': -100 },
    response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: {} } },
    tools: [{ type: 'function', function: { name: 'f', strict: true, parameters: { type: 'object' } } }],
    tool_choice: { type: 'function', function: { name: 'f' } },
    parallel_tool_calls: false,
    modalities: ['text'],
    metadata: { a: 'b' },
    reasoning_effort: 'low',
    max_completion_tokens: 9,
    chat_template_kwargs: { enable_thinking: false },
    something_new: [1, { deep: null }],
  };
  const { stream_options, ...rest } = await requestOf({ messages, ...parameters });
  expect(rest).toEqual({ ...parameters, messages, model: 'fine', stream: true });
  expect(stream_options).toEqual({ include_usage: true });
  const again = await requestOf({ max_tokens: 5, stream_options: { include_obfuscation: false } });
  expect(again).toMatchObject({ max_tokens: 5, stream_options: { include_obfuscation: false } });
  expect(again).not.toHaveProperty('max_completion_tokens');
});

test('an address may have a query, and requests further headers', async () => {
  await ask('azure', false);
  const { path, headers } = upstream.seen.at(-1) as SeenRequest;
  expect(path).toBe('/v1/chat/completions?api-version=7');
  expect(headers).toMatchObject({ 'api-key': 'k', 'user-agent': 'narae' });
});

async function requestOf(more: object): Promise<Json> {
  await ask('fine', false, more);
  return upstream.seen.at(-1)?.body;
}

test('a server without credit is not asked twice: the fallback is', async () => {
  const before = upstream.seen.length;
  const [answer] = await ask('quota', false);
  expect(answer.narae.model).toBe('fine');
  expect(upstream.seen.slice(before).map(({ body }) => body.model)).toEqual(['quota', 'fine']);
});

test('a connection that its server closed meanwhile is no failure', async () => {
  for (let round = 0; round < 4; round++) {
    expect(verdictOf(await lab.chat('kept'))).toMatchObject({ end: 'finished', text: FAKE_TEXT });
    // The connection is free for the next one.
    await sleep(50);
  }
  const { models } = (await (await fetch(`${lab.server.url}/admin/endpoints`)).json()) as Json;
  const { endpoints } = models.find(({ model }: Json) => model === 'kept');
  expect(endpoints).toMatchObject([{ calls: 4, failures: 0 }]);
  const metrics = await (await fetch(`${lab.server.url}/metrics`)).text();
  expect(metrics).not.toMatch(/narae_generation_retries_total\{[^}]*"kept"/);
});
