import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEmbedder, type Embedder, type OpenAiEmbedderOptions } from '../../dist/retrieval/index.js';
import {
  answerJson,
  answerProperly,
  DIMENSIONS,
  EmbeddingServer,
  rawVector,
} from '../support/embedding-server.js';

const server = new EmbeddingServer();
let baseUrl: string;
beforeAll(async () => {
  baseUrl = await server.start();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
  server.faults.length = 0;
});

const TEXTS = ['나래는 답변 서버입니다', 'an answer server', 'ㄱ', ' ', '', '👩‍🚀 emoji', 'a'.repeat(20_000)];

const IMPLEMENTATIONS: Readonly<Record<string, () => Promise<Embedder>>> = {
  'built-in': () => createEmbedder({ kind: 'builtin' }),
  'OpenAI-compatible': () => createEmbedder({ kind: 'openai', baseUrl, model: 'm', batchSize: 3 }),
};

describe.each(Object.entries(IMPLEMENTATIONS))('%s embedder', (_, create) => {
  let embedder: Embedder;
  beforeAll(async () => {
    embedder = await create();
  });
  afterAll(() => embedder.close());

  it('gives one normalised vector a text, in order, whatever the batch', async () => {
    const together = await embedder.embed(TEXTS, 'document');
    expect(together).toHaveLength(TEXTS.length);
    for (const [at, text] of TEXTS.entries()) {
      const vector = together[at] as Float32Array;
      expect(vector).toBeInstanceOf(Float32Array);
      expect(vector).toHaveLength(embedder.dimensions);
      const length = Math.hypot(...vector);
      expect(Math.abs(length - 1) < 1e-5 || length === 0).toBe(true);
      expect((await embedder.embed([text], 'document'))[0]).toEqual(vector);
    }
  });

  it('gives nothing for nothing', async () => {
    expect(await embedder.embed([], 'query')).toEqual([]);
  });

  it('stops when aborted', async () => {
    await expect(embedder.embed(TEXTS, 'query', AbortSignal.abort())).rejects.toThrow();
  });

  it('has a stable id, a weight and a batch size', async () => {
    const again = await create();
    expect(again.id).toBe(embedder.id);
    expect(again.fusionWeight).toBeGreaterThanOrEqual(0);
    expect(again.fusionWeight).toBeLessThanOrEqual(1);
    expect(again.batchSize).toBeGreaterThan(0);
    await again.close();
    await again.close();
  });
});

describe('the OpenAI-compatible embedder', () => {
  const create = (options: Partial<OpenAiEmbedderOptions> = {}) =>
    createEmbedder({
      kind: 'openai',
      baseUrl,
      model: 'small',
      dimensions: DIMENSIONS,
      maxRetries: 2,
      ...options,
    });

  async function embedOne(options: Partial<OpenAiEmbedderOptions> = {}, signal?: AbortSignal) {
    const embedder = await create(options);
    try {
      return (await embedder.embed(['text'], 'query', signal))[0] as Float32Array;
    } finally {
      await embedder.close();
    }
  }

  const normalised = (values: readonly number[]) =>
    Float32Array.from(values, (value) => value / Math.hypot(...values));

  it('asks for the dimensions once when they are not given', async () => {
    const embedder = await create({ dimensions: undefined });
    expect([embedder.id, embedder.dimensions]).toEqual([`small@${DIMENSIONS}`, DIMENSIONS]);
    expect(server.requests).toHaveLength(1);
    await embedder.close();
  });

  it('sends batches, the key, the model and the prefix', async () => {
    const embedder = await create({ batchSize: 4, apiKey: 'secret', queryPrefix: 'query: ' });
    await embedder.embed(
      Array.from({ length: 10 }, (_, at) => `t${at}`),
      'query',
    );
    expect(server.requests.map(({ body }) => body.input.length).sort()).toEqual([2, 4, 4]);
    expect(server.requests[0]).toMatchObject({
      path: '/v1/embeddings',
      authorization: 'Bearer secret',
      body: { model: 'small', dimensions: DIMENSIONS },
    });
    expect(
      server.requests.flatMap(({ body }) => body.input).every((text) => text.startsWith('query: ')),
    ).toBe(true);
    expect(embedder.id).not.toBe((await create()).id);
    await embedder.close();
  });

  it('takes vectors in any order, and as base64', async () => {
    server.faults.push(({ body }, response) => {
      const data = body.input.map((text, index) => ({
        index,
        embedding: Buffer.from(Float32Array.from(rawVector(text)).buffer).toString('base64'),
      }));
      answerJson(response, 200, { data: data.reverse() });
    });
    const embedder = await create();
    const [first] = await embedder.embed(['a', 'b'], 'document');
    expect(first).toEqual(normalised(rawVector('a')));
    await embedder.close();
  });

  it.each([429, 500, 503])('tries again after status %i', async (status) => {
    server.faults.push((_, response) => answerJson(response, status, { error: 'later' }));
    expect(await embedOne()).toEqual(normalised(rawVector('text')));
    expect(server.requests).toHaveLength(2);
  });

  it('tries again after a lost connection', async () => {
    server.faults.push((_, response) => response.destroy());
    expect(await embedOne()).toEqual(normalised(rawVector('text')));
  });

  it('gives up on what trying again cannot mend, and shows no key', async () => {
    server.faults.push((_, response) => answerJson(response, 401, { error: 'bad key secret-1' }));
    const failed = embedOne({ apiKey: 'secret-1' });
    await expect(failed).rejects.toMatchObject({
      code: 'embedder_unavailable',
      message: expect.stringContaining('401'),
    });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('secret-1') });
    expect(server.requests).toHaveLength(1);
  });

  it.each([400, 413, 422])('says with status %i that it was the text that was refused', async (status) => {
    server.faults.push((_, response) => answerJson(response, status, { error: 'too many tokens' }));
    await expect(embedOne()).rejects.toMatchObject({ code: 'embedder_unavailable', status });
  });

  it('does not wait for a retry-after of an hour', async () => {
    server.faults.push((_, response) => response.writeHead(429, { 'retry-after': '3600' }).end());
    await expect(embedOne()).rejects.toMatchObject({ code: 'embedder_unavailable' });
  });

  it.each<[string, unknown]>([
    ['no data', { object: 'list' }],
    ['too few', { data: [] }],
    [
      'one twice',
      {
        data: [
          { index: 0, embedding: rawVector('') },
          { index: 0, embedding: rawVector('') },
        ],
      },
    ],
    ['an index outside', { data: [{ index: 3, embedding: rawVector('') }] }],
    ['other dimensions', { data: [{ index: 0, embedding: [1, 2, 3] }] }],
    ['no numbers', { data: [{ index: 0, embedding: rawVector('').map(() => 'x') }] }],
    ['a vector that is an object', { data: [{ index: 0, embedding: {} }] }],
  ])('refuses an answer with %s', async (_, body) => {
    server.faults.push((_request, response) => answerJson(response, 200, body));
    await expect(embedOne()).rejects.toMatchObject({ code: 'embedder_mismatch' });
  });

  it('refuses a web page', async () => {
    server.faults.push((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    );
    await expect(embedOne()).rejects.toMatchObject({ code: 'embedder_mismatch' });
  });

  it('reports a server that is not there, or never answers', async () => {
    const unreachable = { baseUrl: 'http://127.0.0.1:9/v1', maxRetries: 0 };
    await expect(embedOne(unreachable)).rejects.toMatchObject({ code: 'embedder_unavailable' });
    await expect(create({ ...unreachable, dimensions: undefined })).rejects.toMatchObject({
      code: 'embedder_unavailable',
    });
    server.faults.push(() => {});
    const slow = embedOne({ timeoutMs: 100, maxRetries: 0 });
    await expect(slow).rejects.toMatchObject({ code: 'embedder_unavailable' });
  });

  it('leaves the server at once when aborted', async () => {
    const controller = new AbortController();
    server.faults.push(() => controller.abort());
    await expect(embedOne({}, controller.signal)).rejects.toMatchObject({ code: 'aborted' });
    server.faults.push(answerProperly);
    expect(await embedOne()).toBeInstanceOf(Float32Array);
  });
});

describe('the ONNX embedder', () => {
  it('says which package is missing', async () => {
    const created = createEmbedder({ kind: 'onnx', path: '/no/model' });
    await expect(created).rejects.toMatchObject({ code: 'embedder_package_missing' });
  });
});
