import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeRetriever } from '../../../test/support/fake-retriever.js';
import {
  FAKE_TEXT,
  type FakeUpstream,
  startEvents,
  startFakeUpstream,
} from '../../../test/support/fake-upstream.js';
import { NO_CONVERSATIONS } from '../../../test/support/no-conversations.js';
import { createAnswerFlow } from '../../answer/index.js';
import { defaultAnswerOptions } from '../../answer/options.js';
import { createLlmRegistry, type LlmRegistry } from '../../llm/index.js';
import { defaultLlmOptions } from '../../llm/options.js';
import type { SearchRequest } from '../../retrieval/spec.js';
import { createTenantDirectory } from '../../tenants/index.js';
import { createHttpServer, type HttpServer } from '../server.js';
import { openaiRoutes } from './index.js';

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
type Json = any;

const TOKENS = [
  ['one', '하나'],
  [' more', ' 더'],
] as const;

/** Two answers, their events mixed, each token with its probability. */
function twoChoices(): string {
  const event = (choices: object[]) => `data: ${JSON.stringify({ choices })}\n\n`;
  const logprobs = (token: string) => ({ content: [{ token, logprob: -0.5 }], refusal: null });
  const deltas = TOKENS.flatMap((pair) =>
    pair.map((token, index) => event([{ index, delta: { content: token }, logprobs: logprobs(token) }])),
  );
  const ends = [
    event([{ index: 0, delta: {}, finish_reason: 'length' }]),
    event([{ index: 1, delta: {}, finish_reason: 'stop' }]),
  ];
  return `${[...deltas, ...ends].join('')}data: [DONE]\n\n`;
}

let upstream: FakeUpstream;
let registry: LlmRegistry;
let server: HttpServer;
let url: string;
const searches: SearchRequest[] = [];

beforeAll(async () => {
  upstream = await startFakeUpstream({ two: (response) => void startEvents(response).end(twoChoices()) });
  const at = { provider: 'openai', baseUrl: upstream.baseUrl } as const;
  registry = createLlmRegistry({
    ...defaultLlmOptions,
    models: [
      { name: 'plain', ...at, retrieval: false, aliases: ['gpt-4o', '빠른-모델'] },
      { name: 'two', ...at, retrieval: false },
      { name: 'cited', ...at },
      { name: 'claude', provider: 'anthropic', baseUrl: upstream.baseUrl, retrieval: false },
    ],
  });
  const found = fakeRetriever();
  const retriever = {
    search: (request: SearchRequest) => {
      searches.push(request);
      return found.search(request);
    },
  };
  const emit = () => {};
  const flow = createAnswerFlow({ registry, retriever, options: defaultAnswerOptions, emit });
  const embedder = { id: 'e', dimensions: 1, fusionWeight: 0, batchSize: 1 };
  const unused = { ...embedder, embed: async () => [], close: async () => {} };
  server = await createHttpServer(HTTP, {
    emit,
    tenants: createTenantDirectory({ apiKeys: [] }),
    version: '0',
    routes: (app) =>
      openaiRoutes(app, {
        flow,
        embedder: unused,
        emit,
        conversations: NO_CONVERSATIONS,
        defaultCollection: 'docs',
        defaultK: 8,
      }),
  });
  url = await server.listen();
});
afterAll(async () => {
  await server.close();
  await registry.close();
  await upstream.close();
});

const HTTP = {
  host: '127.0.0.1',
  port: 0,
  bodyLimitBytes: 2 ** 20,
  uploadLimitBytes: 1,
  compressionMinBytes: 1024,
  corsOrigins: [],
  shutdownTimeoutMs: 100,
};

async function chat(body: Record<string, unknown>): Promise<{ status: number; body: Json; text: string }> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'How much leave?' }], ...body }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, body: isJson ? JSON.parse(text) : undefined, text };
}

async function searchesDuring(work: () => Promise<unknown>): Promise<number> {
  const before = searches.length;
  await work();
  return searches.length - before;
}

describe('a model without retrieval', () => {
  test('is asked without the documents, the conversation as it is', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: '휴가는 며칠인가요?' },
    ];
    expect(await searchesDuring(() => chat({ model: 'plain', messages }))).toBe(0);
    expect(upstream.seen.at(-1)?.body.messages).toEqual(messages);
  });

  test('takes conversations in which nobody asks', async () => {
    const messages = [{ role: 'system', content: 'Write a haiku.' }];
    expect(await chat({ model: 'plain', messages })).toMatchObject({ status: 200 });
    expect(upstream.seen.at(-1)?.body.messages).toEqual(messages);
  });

  test.each([
    ['plain', undefined, 0],
    ['plain', true, 1],
    ['plain', false, 0],
    ['cited', undefined, 1],
    ['cited', false, 0],
  ])('%s with narae.retrieval %s is searched for %i times', async (model, retrieval, times) => {
    const narae = retrieval === undefined ? {} : { narae: { retrieval } };
    expect(await searchesDuring(() => chat({ model, ...narae }))).toBe(times);
  });

  test('passes on whatever the request holds', async () => {
    const parameters = {
      n: 1,
      seed: 7,
      stop: ['끝'],
      response_format: { type: 'json_object' },
      logprobs: true,
      top_logprobs: 2,
      stream_options: { include_usage: false, include_obfuscation: false },
      an_unknown_one: { deeply: ['nested'] },
    };
    await chat({ model: 'plain', ...parameters });
    expect(upstream.seen.at(-1)?.body).toMatchObject({
      ...parameters,
      stream_options: { include_obfuscation: false, include_usage: true },
    });
  });
});

describe('several answers', () => {
  test('come with their numbers, roles, token probabilities and reasons in a stream', async () => {
    const { text } = await chat({ model: 'two', n: 2, logprobs: true, stream: true });
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    const choices = text
      .split('\n\n')
      .filter((event) => event.startsWith('data: {'))
      .map((event) => JSON.parse(event.slice(6)).choices[0] as Json);
    for (const index of [0, 1]) {
      const own = choices.filter((choice: Json) => choice.index === index);
      expect(own[0].delta.role).toBe('assistant');
      expect(own.filter((choice: Json) => choice.delta.role)).toHaveLength(1);
      expect(own.map((choice: Json) => choice.delta.content ?? '').join('')).toBe(
        TOKENS.map((pair) => pair[index]).join(''),
      );
      expect(own.flatMap((choice: Json) => choice.logprobs?.content ?? [])).toHaveLength(2);
      expect(own.at(-1).finish_reason).toBe(index === 0 ? 'length' : 'stop');
    }
  });

  test('come together as JSON', async () => {
    const { body } = await chat({ model: 'two', n: 2, logprobs: true });
    expect(body.choices).toMatchObject([
      { index: 0, message: { content: 'one more' }, finish_reason: 'length' },
      { index: 1, message: { role: 'assistant', content: '하나 더' }, finish_reason: 'stop' },
    ]);
    expect(body.choices[1].logprobs.content).toEqual([
      { token: '하나', logprob: -0.5 },
      { token: ' 더', logprob: -0.5 },
    ]);
  });

  test.each([
    ['from the documents', { model: 'cited', n: 2 }],
    ['from an upstream that has none', { model: 'claude', n: 2 }],
    ['from a provider that has none', { model: 'extractive', n: 2, narae: { retrieval: false } }],
    ['beyond reason', { model: 'two', n: 1000 }],
  ])('%s are refused by name', async (_, request) => {
    expect(await chat(request)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request', param: 'n' } },
    });
  });
});

describe('aliases', () => {
  test('are listed behind their model, with its name', async () => {
    const { data } = (await (await fetch(`${url}/v1/models`)).json()) as Json;
    expect(data.slice(0, 3)).toMatchObject([
      { id: 'plain', owned_by: 'openai' },
      { id: 'gpt-4o', root: 'plain' },
      { id: '빠른-모델', root: 'plain' },
    ]);
    const one = await fetch(`${url}/v1/models/${encodeURIComponent('빠른-모델')}`);
    expect(await one.json()).toMatchObject({ id: '빠른-모델', root: 'plain' });
  });

  test('are answered by their model, under its name', async () => {
    const { body } = await chat({ model: '빠른-모델' });
    expect(body).toMatchObject({ model: 'plain', choices: [{ message: { content: FAKE_TEXT } }] });
    expect(upstream.seen.at(-1)?.body.model).toBe('plain');
  });
});
