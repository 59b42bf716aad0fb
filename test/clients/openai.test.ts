import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnswerServer, API_KEY, startAnswerServer } from '../support/answer-server.js';
import { FAKE_TEXT } from '../support/fake-upstream.js';

let server: AnswerServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startAnswerServer(['any', 'tools', '429', '400', 'cut-mid-stream', 'endless']);
  client = new OpenAI({ baseURL: server.baseUrl, apiKey: API_KEY, maxRetries: 0 });
});
afterAll(() => server.close());

const messages = [{ role: 'user', content: 'How many days of leave?' }] as const;
const body = { model: 'any', messages: [...messages] };

describe('chat', () => {
  test('answers at once, with citations', async () => {
    const { choices, usage } = await client.chat.completions.create(body);
    expect(choices[0]?.message.content).toBe(FAKE_TEXT);
    expect(choices[0]?.message.annotations?.[0]?.url_citation.url).toMatch(
      /\?document=doc_\w+&collection=docs&start=0&end=\d+$/,
    );
    expect(usage?.total_tokens).toBe(18);
  });

  test('streams, and the client puts the answer together', async () => {
    const stream = client.chat.completions.stream({ ...body, stream_options: { include_usage: true } });
    const deltas: string[] = [];
    stream.on('content', (delta) => deltas.push(delta));
    const final = await stream.finalChatCompletion();
    expect(deltas.join('')).toBe(FAKE_TEXT);
    expect(final.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: FAKE_TEXT } });
    expect(final.usage?.total_tokens).toBe(18);
  });

  test('streams tool calls', async () => {
    const tools = [{ type: 'function', function: { name: 'weather', parameters: {} } } as const];
    const stream = client.chat.completions.stream({ ...body, model: 'tools', tools: [...tools] });
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      id: 'c1',
      function: { name: 'weather', arguments: '{"city":"서울"}' },
    });
  });

  test('takes our extension beside OpenAI’s fields and gives the sources back', async () => {
    const asked = { ...body, model: 'extractive', narae: { k: 2 } };
    const answer = (await client.chat.completions.create(asked)) as unknown as {
      narae: { sources: unknown[] };
    };
    expect(answer.narae.sources).toHaveLength(2);
  });

  test('stops when the client does', async () => {
    const stream = await client.chat.completions.create({ ...body, model: 'endless', stream: true });
    let chunks = 0;
    for await (const _ of stream) if (++chunks === 5) break;
    expect(stream.controller.signal.aborted).toBe(true);
  });
});

describe('errors become the client’s own', () => {
  test.each([
    ['gpt-9', NotFoundError, 404],
    ['429', RateLimitError, 429],
    ['400', BadRequestError, 400],
  ])('model %s', async (model, kind, status) => {
    const plain = client.chat.completions.create({ ...body, model });
    await expect(plain).rejects.toBeInstanceOf(kind);
    const streaming = client.chat.completions.create({ ...body, model, stream: true });
    await expect(streaming).rejects.toMatchObject({ status });
  });

  test('a wrong key', async () => {
    const stranger = new OpenAI({ baseURL: server.baseUrl, apiKey: 'wrong', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(AuthenticationError);
  });

  test('an empty question names its field', async () => {
    const empty = client.chat.completions.create({ model: 'any', messages: [{ role: 'user', content: '' }] });
    await expect(empty).rejects.toMatchObject({ param: 'messages[0].content', code: 'empty_question' });
  });

  test('a stream that breaks', async () => {
    const stream = await client.chat.completions.create({ ...body, model: 'cut-mid-stream', stream: true });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await expect(reading).rejects.toBeInstanceOf(APIError);
  });
});

test('embeddings arrive in both encodings', async () => {
  const base64 = await client.embeddings.create({ model: 'builtin-1', input: ['가나다'] });
  const float = await client.embeddings.create({
    model: 'builtin-1',
    input: ['가나다'],
    encoding_format: 'float',
  });
  const vector = base64.data[0]?.embedding ?? [];
  expect([vector.length, Math.hypot(...vector).toFixed(4)]).toEqual([512, '1.0000']);
  expect(float.data).toEqual(base64.data);
});

test('models are listed and retrieved', async () => {
  const names: string[] = [];
  for await (const model of client.models.list()) names.push(model.id);
  expect(names[0]).toBe('any');
  expect(names).toContain('extractive');
  expect((await client.models.retrieve('extractive')).owned_by).toBe('extractive');
});
