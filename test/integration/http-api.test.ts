import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HANDBOOK, type RunningServer, startNaraeServer } from '../support/narae.js';

let server: RunningServer;
beforeAll(async () => {
  server = await startNaraeServer({ folder: HANDBOOK });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
  readonly headers: Headers;
}

async function call(method: string, path: string, body?: unknown): Promise<Reply> {
  const response = await fetch(join(server.url, path).replace(':/', '://'), {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

async function upload(
  collection: string,
  files: Record<string, string | Uint8Array<ArrayBuffer>>,
  metadata?: string,
): Promise<Reply> {
  const form = new FormData();
  if (metadata !== undefined) form.append('metadata', metadata);
  for (const [name, content] of Object.entries(files)) form.append('files', new Blob([content]), name);
  const response = await fetch(`${server.url}/v1/collections/${collection}/documents`, {
    method: 'POST',
    body: form,
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

describe('search', () => {
  test('finds the passage with its place in the document', async () => {
    const { body, headers } = await call('POST', '/v1/search', { query: 'sick leave doctor note', k: 2 });
    const [first] = body.results;
    expect(first).toMatchObject({ source: 'leave.md', title: 'Leave policy' });
    const { body: document } = await call(
      'GET',
      `/v1/collections/default/documents/${first.document_id}/content`,
    );
    expect(document.text.slice(first.position.start, first.position.end)).toBe(first.text);
    expect(headers.get('server-timing')).toMatch(/search;dur=/);
  });

  test.each([
    'hybrid',
    'vector',
    'keyword',
  ])('answers a batch in mode %s, a list for each query', async (mode) => {
    const { body } = await call('POST', '/v1/search', {
      queries: ['parental leave months', 'vpn certificate E-4012'],
      mode,
      k: 1,
    });
    expect(body.mode).toBe(mode);
    expect(body.results.map((list: { source: string }[]) => list[0]?.source)).toEqual(['leave.md', 'vpn.md']);
  });

  test('filters by source, language and front matter', async () => {
    const find = async (filter: unknown) =>
      (await call('POST', '/v1/search', { query: 'leave certificate', filter })).body.results;
    expect(
      new Set(
        (await find({ source: { prefix: 'vpn' } })).map((passage: { source: string }) => passage.source),
      ),
    ).toEqual(new Set(['vpn.md']));
    expect(
      new Set(
        (await find({ team: 'people', year: { gte: 2026 } })).map(
          (passage: { source: string }) => passage.source,
        ),
      ),
    ).toEqual(new Set(['leave.md']));
    expect(await find({ language: 'ko' })).toEqual([]);
  });

  test.each([
    [{}, 400, 'empty_question', 'query'],
    [{ query: '  ' }, 400, 'empty_question', 'query'],
    [{ queries: ['a', ''] }, 400, 'empty_question', 'queries[1]'],
    [{ query: 5 }, 400, 'invalid_request', 'query'],
    [{ query: 'a', k: 0 }, 400, 'invalid_request', 'k'],
    [{ query: 'a', kk: 3 }, 400, 'unknown_field', 'kk'],
    [{ query: 'a', mode: 'magic' }, 400, 'invalid_request', 'mode'],
    [{ query: 'a', collection: 'nope' }, 404, 'collection_not_found', 'collection'],
    [{ query: 'a', filter: { year: { about: 3 } } }, 400, 'invalid_filter', 'filter.year.about'],
    [{ query: 'x'.repeat(1_000_000) }, 400, 'question_too_long', 'query'],
    [{ query: 'x'.repeat(3_000_000) }, 413, 'body_too_large', null],
  ])('refuses %.60j', async (body, status, code, param) => {
    const reply = await call('POST', '/v1/search', body);
    expect(reply.status).toBe(status);
    expect(reply.body.error).toMatchObject({ code, param });
  });
});

describe('collections and documents', () => {
  test('a collection is created, filled, paged, searched and deleted', async () => {
    expect((await call('POST', '/v1/collections', { name: '고객센터' })).status).toBe(201);
    expect((await call('POST', '/v1/collections', { name: '고객센터' })).body.error.code).toBe(
      'collection_exists',
    );
    const name = encodeURIComponent('고객센터');
    const uploaded = await upload(
      name,
      {
        'a/환불.md': '# 환불\n\n환불은 14일 안에 신청합니다.',
        'b.txt': 'Shipping takes two days.',
        'c.txt': 'Gift cards never expire.',
      },
      '{"team":"cs"}',
    );
    expect(uploaded.status).toBe(201);
    expect(uploaded.body.documents.map((document: { source: string }) => document.source)).toEqual([
      'a/환불.md',
      'b.txt',
      'c.txt',
    ]);
    const first = (await call('GET', `/v1/collections/${name}/documents?limit=2`)).body;
    const second = (
      await call('GET', `/v1/collections/${name}/documents?limit=2&cursor=${first.next_cursor}`)
    ).body;
    expect(
      [...first.documents, ...second.documents].map((document: { source: string }) => document.source),
    ).toEqual(['a/환불.md', 'b.txt', 'c.txt']);
    expect(second.next_cursor).toBeUndefined();
    const found = (
      await call('POST', '/v1/search', {
        query: '환불을 신청하려면?',
        collection: '고객센터',
        filter: { team: 'cs' },
      })
    ).body;
    expect(found.results[0].source).toBe('a/환불.md');
    const { id } = first.documents[0];
    expect((await call('DELETE', `/v1/collections/${name}/documents/${id}`)).body).toEqual({
      id,
      deleted: true,
    });
    const after = (await call('POST', '/v1/search', { query: '환불을 신청하려면?', collection: '고객센터' }))
      .body;
    expect(after.results.every((passage: { source: string }) => passage.source !== 'a/환불.md')).toBe(true);
    expect((await call('DELETE', `/v1/collections/${name}`)).status).toBe(200);
    expect((await call('GET', `/v1/collections/${name}`)).body.error).toMatchObject({
      code: 'collection_not_found',
    });
  });

  test('a file that cannot be read has its error by name and the others are stored', async () => {
    const broken = new Uint8Array([...Buffer.from('%PDF-1.7\n'), 1, 2, 3]);
    const { status, body } = await upload('default', {
      'good.md': 'Parking is behind the house.',
      'bad.pdf': broken,
    });
    expect(status).toBe(201);
    expect(body.documents.map((document: { source: string }) => document.source)).toEqual(['good.md']);
    expect(body.failed).toMatchObject([{ source: 'bad.pdf', error: { code: 'file_malformed' } }]);
  });

  test('names that leave the folder are refused', async () => {
    const { body } = await upload('default', { '../../etc/passwd.md': 'x' });
    expect(body.failed ?? [body]).toMatchObject([{ error: { code: 'path_outside_folder' } }]);
  });

  test.each(['..', 'a/b', '', 'x'.repeat(65)])('the collection name %j is refused', async (name) => {
    const { status, body } = await call('POST', '/v1/collections', { name });
    expect([status, body.error.code, body.error.param]).toEqual([400, 'invalid_name', 'name']);
  });

  test('uploads to nowhere, of nothing and of metadata that is none are refused', async () => {
    expect((await upload('nowhere', { 'a.md': 'x' })).body.error.code).toBe('collection_not_found');
    expect((await upload('default', {})).body.error).toMatchObject({
      code: 'invalid_request',
      param: 'file',
    });
    expect((await upload('default', { 'a.md': 'x' }, '[1]')).body.error).toMatchObject({ param: 'metadata' });
    expect((await call('POST', '/v1/collections/default/documents', {})).body.error.code).toBe(
      'unsupported_media_type',
    );
  });

  test('a cursor that was never given out is refused', async () => {
    const { body } = await call('GET', '/v1/collections/default/documents?cursor=nonsense');
    expect(body.error).toMatchObject({ code: 'invalid_cursor' });
  });
});

describe('what operators see', () => {
  test('health, readiness, OpenAPI and the readable page', async () => {
    expect((await call('GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect((await call('GET', '/readyz')).body).toEqual({ status: 'ready' });
    const { body: openapi } = await call('GET', '/openapi.json');
    expect(Object.keys(openapi.paths)).toEqual(
      expect.arrayContaining(['/v1/chat/completions', '/v1/search', '/v1/collections']),
    );
    const docs = await fetch(`${server.url}/docs`);
    expect([docs.status, docs.headers.get('content-type')]).toEqual([200, expect.stringContaining('html')]);
    const parts = [...(await docs.text()).matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path);
    expect(parts.length).toBeGreaterThan(3);
    for (const path of parts) expect((await fetch(server.url + path)).status, path).toBe(200);
  });

  test('metrics count what happened', async () => {
    await call('POST', '/v1/search', { query: 'leave' });
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(
      /http_server_request_duration_seconds_count\{[^}]*http_route="\/v1\/search"[^}]*\} [1-9]/,
    );
    expect(text).toMatch(/narae_index_chunks\{collection="default"\} [1-9]/);
    expect(text).toMatch(/narae_errors_total\{code="collection_not_found"\} [1-9]/);
  });

  test('nothing of a question is in the log', async () => {
    await call('POST', '/v1/search', { query: 'zanzibar-secret' });
    await call('POST', '/v1/chat/completions', { messages: [{ role: 'user', content: 'zanzibar-secret' }] });
    expect(server.output()).toContain('/v1/search');
    expect(server.output()).not.toContain('zanzibar');
  });
});

test('another method on a known path is told which one there is, though the page answers GET to everything', async () => {
  const { status, body, headers } = await call('GET', '/v1/chat/completions');
  expect([status, body.error.code, headers.get('allow')]).toEqual([405, 'method_not_allowed', 'POST']);
  expect(await call('GET', '/v1/nothing')).toMatchObject({ status: 404 });
});
