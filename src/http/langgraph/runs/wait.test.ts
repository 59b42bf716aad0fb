import { afterAll, beforeAll, expect, test } from 'vitest';
import { deferred, NaraeError } from '../../../core/index.js';
import { createHttpServer, type HttpServer } from '../../server.js';
import { SseWriters } from '../../sse/index.js';
import { sendResult } from './wait.js';

const WHOLE_MS = 20;
/** Resolved when the client has seen white space twice. */
let patience = deferred<void>();
const RESULTS: Readonly<Record<string, () => Promise<unknown>>> = {
  quick: async () => ({ 답: 1 }),
  slow: async () => {
    await patience.promise;
    return { 답: 2 };
  },
  failing: async () => {
    throw new NaraeError('run_not_found', { values: { run: 'r' } });
  },
  slowlyFailing: async () => {
    await patience.promise;
    throw new NaraeError('run_not_found', { values: { run: 'r' } });
  },
};

let server: HttpServer;
let url: string;
beforeAll(async () => {
  const writers = new SseWriters({ heartbeatMs: WHOLE_MS, slowReaderTimeoutMs: 1_000 });
  server = await createHttpServer(
    {
      ...{ host: '127.0.0.1', port: 0, bodyLimitBytes: 1_000, uploadLimitBytes: 1_000 },
      ...{ compressionMinBytes: 1_000, corsOrigins: [], shutdownTimeoutMs: 1_000 },
    },
    {
      emit: () => {},
      tenants: { keysRequired: false, find: () => undefined },
      version: 'test',
      routes: async (app) => {
        app.get('/:name', (request, reply) =>
          sendResult(RESULTS[(request.params as { name: string }).name]!(), reply, writers, WHOLE_MS),
        );
      },
    },
  );
  url = await server.listen();
});
afterAll(() => server.close());

async function get(name: string) {
  patience = deferred();
  const response = await fetch(`${url}/${name}`);
  let text = '';
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.startsWith('\n\n')) patience.resolve();
  }
  return { status: response.status, text, body: JSON.parse(text) };
}

test('a quick result is one body, and its failure has a status', async () => {
  expect(await get('quick')).toMatchObject({ status: 200, text: '{"답":1}' });
  expect((await get('failing')).status).toBe(404);
});

test('white space goes ahead of a slow result, and of its failure', async () => {
  const slow = await get('slow');
  expect(slow).toMatchObject({ status: 200, body: { 답: 2 } });
  expect(slow.text).toMatch(/^\n{2,}\{/);
  const failed = await get('slowlyFailing');
  expect(failed).toMatchObject({ status: 200, body: { __error__: { error: 'run_not_found' } } });
});
