import { afterEach, expect, test } from 'vitest';
import { TEST_HTTP_OPTIONS } from '../../../test/support/http-options.js';
import type { AnswerFlow, AnswerOutcome } from '../../answer/spec.js';
import { NaraeError } from '../../core/index.js';
import type { NaraeEvent } from '../../observe/index.js';
import { createTenantDirectory } from '../../tenants/index.js';
import type { Readiness } from '../readiness.js';
import { createHttpServer, type HttpServer } from '../server.js';
import { batchRoutes } from './routes.js';

async function* missing(): AsyncGenerator<AnswerOutcome> {
  const error = new NaraeError('collection_not_found', {
    values: { collection: 'docs' },
    field: 'collection',
  });
  yield { index: 0, status: 'failed', error };
}

let server: HttpServer | undefined;
afterEach(() => server?.close());

test('a question on a collection that is about to be there is told to come back, as any other request', async () => {
  let readiness: Readiness = { state: 'starting', what: 'the folder is being indexed' };
  const events: NaraeEvent[] = [];
  const emit = (event: NaraeEvent) => events.push(event);
  server = await createHttpServer(TEST_HTTP_OPTIONS, {
    emit,
    tenants: createTenantDirectory({ apiKeys: [] }),
    version: '0',
    routes: (app) =>
      batchRoutes(app, {
        flow: { models: [], answerAll: missing } as unknown as AnswerFlow,
        emit,
        defaultCollection: 'docs',
        defaultK: 8,
        batchMaxQuestions: 10,
        readiness: () => readiness,
      }),
  });
  const ask = async () => {
    const payload = { questions: ['How much leave?'], stream: false };
    const response = await server?.app.inject({ method: 'POST', url: '/v1/batch', payload });
    return response?.json();
  };
  expect(await ask()).toMatchObject({
    failed: 1,
    results: [{ status: 'failed', error: { code: 'not_ready', type: 'server_error' } }],
  });
  readiness = { state: 'ready' };
  expect(await ask()).toMatchObject({ results: [{ error: { code: 'collection_not_found' } }] });
  const codes = events.flatMap((event) => (event.type === 'error' ? [event.code] : []));
  expect(codes).toEqual(['not_ready', 'collection_not_found']);
});
