import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../../bench/support/free-port.js';
import {
  FAKE_TEXT,
  type FakeUpstream,
  sendJson,
  startEvents,
  startFakeUpstream,
  wholeStream,
} from '../../../../test/support/fake-upstream.js';
import { NaraeError } from '../../../core/index.js';
import { defaultLlmOptions, type LlmOptions } from '../../options.js';
import { createLlmRegistry, type LlmRegistry } from '../../registry.js';
import type { LlmPart, LlmRequest } from '../../spec.js';

const SECRET = 'sk-secret-0123456789';

/** As Mistral says it. */
const EXTRA_FORBIDDEN = {
  object: 'error',
  message: { detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options'] }] },
};

let upstream: FakeUpstream;
let registry: LlmRegistry;
beforeAll(async () => {
  upstream = await startFakeUpstream();
  registry = registryWith({});
});
afterAll(async () => {
  await registry.close();
  await upstream.close();
});

function registryWith(options: Partial<LlmOptions>, baseUrl = upstream.baseUrl): LlmRegistry {
  const models = [{ name: 'fake', provider: 'openai', baseUrl, apiKey: SECRET } as const];
  return createLlmRegistry({ ...defaultLlmOptions, models, ...options });
}

function requestFor(model: string, extra: Partial<LlmRequest> = {}): LlmRequest {
  return {
    model,
    messages: [{ role: 'user', content: 'hi' }],
    question: 'hi',
    passages: [],
    retrieval: 'off',
    parameters: {},
    ...extra,
  };
}

async function ask(
  model: string,
  { from = registry, signal = new AbortController().signal, ...extra } = {} as {
    from?: LlmRegistry;
    signal?: AbortSignal;
  } & Partial<LlmRequest>,
): Promise<LlmPart[]> {
  const parts: LlmPart[] = [];
  const { provider } = from.resolve('fake');
  for await (const batch of provider.stream(requestFor(model, extra), { signal })) parts.push(...batch);
  return parts;
}

async function failureOf(asking: Promise<unknown>): Promise<NaraeError> {
  const thrown = await asking.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(NaraeError);
  return thrown as NaraeError;
}

function textOf(parts: readonly LlmPart[]): string {
  return parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
}

describe('a complete answer', () => {
  test('has its text, the reported usage and exactly one finish at the end', async () => {
    const parts = await ask('any');
    expect(textOf(parts)).toBe(FAKE_TEXT);
    expect(parts.slice(-2)).toEqual([
      { type: 'usage', usage: { inputTokens: 11, outputTokens: 7, estimated: false } },
      { type: 'finish', reason: 'stop' },
    ]);
    expect(parts.filter((part) => part.type === 'finish')).toHaveLength(1);
  });

  test.each([
    ['crlf', FAKE_TEXT],
    ['cr', FAKE_TEXT],
    ['bytes', FAKE_TEXT],
    ['json', FAKE_TEXT],
    ['split-utf8', '가나다라마바사아자차카타파하'],
    ['comments', 'text'],
    ['empty-choices', 'text'],
    ['no-done', 'whole'],
    ['hang-after-stop', 'all of it'],
  ])('is read from an upstream that behaves like "%s"', async (model, text) => {
    const parts = await ask(model);
    expect(textOf(parts)).toBe(text);
    expect(parts.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  test('has its usage estimated when the upstream reports none', async () => {
    const usage = (await ask('no-done')).find((part) => part.type === 'usage');
    expect(usage).toEqual({ type: 'usage', usage: { inputTokens: 5, outputTokens: 1, estimated: true } });
  });

  test('carries reasoning and tool calls', async () => {
    expect(await ask('reasoning')).toContainEqual({ type: 'reasoning-delta', text: 'hm, yes' });
    const parts = await ask('tools');
    const calls = parts.filter((part) => part.type === 'tool-call-delta');
    expect(calls[0]).toMatchObject({ index: 0, id: 'c1', name: 'weather' });
    expect(calls.map((call) => call.argumentsDelta).join('')).toBe('{"city":"서울"}');
    expect(parts.at(-1)).toEqual({ type: 'finish', reason: 'tool-calls' });
  });

  test('comes as one batch for each piece that the upstream sent', async () => {
    const batches: number[] = [];
    const { provider } = registry.resolve('fake');
    const { signal } = new AbortController();
    for await (const batch of provider.stream(requestFor('any'), { signal })) batches.push(batch.length);
    // The text, with the usage and the finish that came in the same piece.
    expect(batches).toEqual([3]);
  });
});

describe('the request', () => {
  test('carries the key, the conversation and every parameter untouched', async () => {
    await ask('any', {
      messages: [
        { role: 'user', content: '날씨?', extra: { cache: true } },
        { role: 'tool', content: '맑음', toolCallId: 'c1' },
      ],
      maxOutputTokens: 50,
      parameters: { temperature: 0.2, something_new: { a: 1 } },
    });
    const seen = upstream.seen.at(-1);
    expect(seen?.headers.authorization).toBe(`Bearer ${SECRET}`);
    expect(seen?.body).toMatchObject({
      temperature: 0.2,
      something_new: { a: 1 },
      max_tokens: 50,
      stream: true,
      messages: [
        { role: 'user', content: '날씨?', cache: true },
        { role: 'tool', content: '맑음', tool_call_id: 'c1' },
      ],
    });
  });

  test('keeps the name that the client gave its token limit', async () => {
    await ask('any', { maxOutputTokens: 9, parameters: { max_completion_tokens: 9 } });
    const body = upstream.seen.at(-1)?.body;
    expect(body?.max_completion_tokens).toBe(9);
    expect(body).not.toHaveProperty('max_tokens');
  });

  test('is sent without `stream_options` to a server that refuses them, and to it from then on', async () => {
    const strict = await startFakeUpstream({
      strict: (response, { body }) => {
        if (body.stream_options === undefined) startEvents(response).end(wholeStream());
        else sendJson(response, 422, EXTRA_FORBIDDEN);
      },
      '422': (response) => sendJson(response, 422, { detail: 'temperature is too high' }),
    });
    const own = registryWith({}, strict.baseUrl);
    expect(textOf(await ask('strict', { from: own }))).toBe(FAKE_TEXT);
    expect(textOf(await ask('strict', { from: own }))).toBe(FAKE_TEXT);
    expect(strict.seen.map(({ body }) => 'stream_options' in body)).toEqual([true, false, false]);
    expect((await failureOf(ask('422', { from: own }))).message).toContain('temperature');
    expect(strict.seen).toHaveLength(4);
    await own.close();
    await strict.close();
  });

  test('reuses its connection after a complete answer', async () => {
    const own = registryWith({});
    const before = upstream.connections;
    for (let round = 0; round < 6; round++) await ask('any', { from: own });
    // Two take turns: the next request does not wait for the last bytes of the one before.
    expect(upstream.connections - before).toBeLessThanOrEqual(2);
    await own.close();
  });
});

describe('a failure', () => {
  test.each([
    ['500', 'llm_failed', 502, 'boom'],
    ['503', 'overloaded', 503, 'overloaded'],
    ['429', 'llm_rate_limited', 429, '7 s'],
    ['401', 'llm_unauthorized', 502, 'narae doctor'],
    ['400', 'llm_rejected', 400, 'bad thing'],
    ['404', 'llm_rejected', 404, 'model not found'],
    ['html', 'llm_malformed', 502, 'base URL'],
    ['html-404', 'llm_malformed', 502, 'base URL'],
    ['garbage', 'llm_malformed', 502, 'not JSON'],
    ['cut-mid-stream', 'llm_stream_broken', 502, 'connection was lost'],
    ['end-without-finish', 'llm_stream_broken', 502, 'finish reason'],
    ['given-up', 'llm_stream_broken', 502, 'abort'],
    ['end-in-event', 'llm_stream_broken', 502, 'cut'],
    ['error-event', 'llm_failed', 502, 'upstream fell over'],
    ['error-first', 'llm_rate_limited', 429, 'limiting'],
  ])('of kind "%s" is %s', async (model, code, status, words) => {
    const error = await failureOf(ask(model));
    expect(error).toMatchObject({ code, status });
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('secret');
  });

  test('says how long to wait', async () => {
    expect((await failureOf(ask('429'))).retryAfterSeconds).toBe(7);
    expect((await failureOf(ask('503'))).retryAfterSeconds).toBe(3);
  });

  test('of the network names the host and the remedy', async () => {
    const own = registryWith({}, `http://127.0.0.1:${await freePort()}/v1`);
    const error = await failureOf(ask('any', { from: own }));
    expect(error.code).toBe('llm_unreachable');
    expect(error.message).toMatch(/127\.0\.0\.1:\d+ cannot be reached \(connection refused\).*narae doctor/);
    await own.close();
  });
});

describe('a timeout', () => {
  test.each([
    ['hang', { firstTokenTimeoutMs: 500 }, 'firstTokenTimeoutSeconds', 'waiting for its first token'],
    ['hang-after-head', { firstTokenTimeoutMs: 500 }, 'firstTokenTimeoutSeconds', 'first token'],
    ['hang-mid-stream', { stallTimeoutMs: 500 }, 'stallTimeoutSeconds', 'in the middle'],
    ['endless', { totalTimeoutMs: 500 }, 'totalTimeoutSeconds', 'in all'],
  ])('of "%s" names the option %o', async (model, options, key, phase) => {
    const own = registryWith(options);
    const left = upstream.nextDisconnect();
    const error = await failureOf(ask(model, { from: own }));
    expect(error.code).toBe('llm_timeout');
    expect(error.message).toContain(`llm.${key}`);
    expect(error.message).toContain(phase);
    await left;
    await own.close();
  });

  test('does not count the time that our own reader takes', async () => {
    const own = registryWith({ stallTimeoutMs: 2_000 });
    const { provider } = own.resolve('fake');
    let batches = 0;
    for await (const _ of provider.stream(requestFor('bytes'), { signal: new AbortController().signal })) {
      if (batches++ === 0) await new Promise((resolve) => setTimeout(resolve, 2_500));
    }
    expect(batches).toBeGreaterThan(1);
    await own.close();
  });
});

describe('leaving', () => {
  test.each(['hang', 'endless'])('closes the upstream connection of "%s"', async (model) => {
    const controller = new AbortController();
    const left = upstream.nextDisconnect();
    const before = upstream.seen.length;
    const asking = failureOf(ask(model, { signal: controller.signal }));
    await expect.poll(() => upstream.seen.length).toBe(before + 1);
    controller.abort();
    expect((await asking).code).toBe('aborted');
    await left;
  });

  test('by ending the iteration closes it too', async () => {
    const left = upstream.nextDisconnect();
    const { provider } = registry.resolve('fake');
    for await (const _ of provider.stream(requestFor('endless'), { signal: new AbortController().signal }))
      break;
    await left;
  });
});

describe('the registry', () => {
  test('lists the upstream’s models', async () => {
    const { provider } = registry.resolve('fake');
    expect(await provider.listModels(new AbortController().signal)).toEqual(['a', 'b']);
  });

  test('names what there is when a model is not there', () => {
    expect(() => registry.resolve('gpt-9')).toThrow('Available: fake, extractive.');
  });

  test('puts the default first', () => {
    const names = registryWith({ defaultModel: 'extractive' }).models.map(({ name }) => name);
    expect(names).toEqual(['extractive', 'fake']);
  });

  test.each([
    [{ defaultModel: 'nobody' }, 'llm.defaultModel'],
    [{ models: [{ name: 'm', provider: 'openai', baseUrl: 'localhost' } as const] }, 'llm.models[0].baseUrl'],
    [{ models: [{ name: 'extractive', provider: 'openai' } as const] }, 'llm.models'],
  ])('refuses bad options: %o', (options, key) => {
    expect(() => createLlmRegistry({ ...defaultLlmOptions, ...options })).toThrow(key);
  });
});
