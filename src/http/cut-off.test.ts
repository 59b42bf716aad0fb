/** Failures after the head of a response was sent: no status can tell of them any more. */
import { afterEach, describe, expect, test } from 'vitest';
import { TEST_HTTP_OPTIONS } from '../../test/support/http-options.js';
import { NO_CONVERSATIONS } from '../../test/support/no-conversations.js';
import type { AnswerFlow } from '../answer/spec.js';
import type { NaraeEvent } from '../observe/index.js';
import { createTenantDirectory } from '../tenants/index.js';
import { batchRoutes } from './batch/index.js';
import { openaiRoutes } from './openai/index.js';
import { createHttpServer, type HttpServer } from './server.js';

const EMBEDDER = { id: 'e', dimensions: 1, fusionWeight: 0, batchSize: 1 };
const unused = { ...EMBEDDER, embed: async () => [], close: async () => {} };

// biome-ignore lint/correctness/useYield: it fails before it has anything
async function* broken(): AsyncGenerator<never, void, undefined> {
  throw new TypeError('lost its thread');
}

const FLOW = {
  models: [],
  answer: () => ({ ready: Promise.resolve(), parts: broken(), timings: {}, recall: { status: 'miss' } }),
  answerAll: () => broken(),
} as unknown as AnswerFlow;

let server: HttpServer | undefined;
const events: NaraeEvent[] = [];
afterEach(async () => {
  await server?.close();
  events.length = 0;
});

async function start(): Promise<string> {
  const emit = (event: NaraeEvent) => events.push(event);
  const shared = { flow: FLOW, emit, defaultCollection: 'docs', defaultK: 8 };
  server = await createHttpServer(TEST_HTTP_OPTIONS, {
    emit,
    tenants: createTenantDirectory({ apiKeys: [] }),
    version: '0',
    routes: async (app) => {
      await openaiRoutes(app, { ...shared, embedder: unused, conversations: NO_CONVERSATIONS });
      await batchRoutes(app, { ...shared, batchMaxQuestions: 10, readiness: () => ({ state: 'ready' }) });
    },
  });
  return server.listen();
}

async function post(path: string, body: object): Promise<string> {
  const response = await fetch((await start()) + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(3_000),
  });
  expect(response.status).toBe(200);
  return response.text();
}

function expectLogged(): void {
  const failures = events.filter((event) => event.type === 'error');
  expect(failures).toMatchObject([{ code: 'internal', cause: { message: 'lost its thread' } }]);
}

describe('an unexpected failure in mid-stream ends the response, tells the client little and the log all', () => {
  test('of a chat', async () => {
    const text = await post('/v1/chat/completions', {
      stream: true,
      messages: [{ role: 'user', content: 'How much leave?' }],
    });
    expect(JSON.parse(text.replace('data: ', ''))).toMatchObject({ error: { code: 'internal' } });
    expect(text).not.toContain('thread');
    expectLogged();
  });

  test('of a list of questions', async () => {
    const text = await post('/v1/batch', { questions: ['How much leave?'] });
    expect(JSON.parse(text)).toMatchObject({ status: 'cut-off', error: { code: 'internal' } });
    expectLogged();
  });
});
