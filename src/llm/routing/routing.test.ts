import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../bench/support/free-port.js';
import { delta, FAKE_TEXT, startEvents } from '../../../test/support/fake-upstream.js';
import { ask, QUICK, RoutedLab } from '../../../test/support/routed-models.js';
import type { NaraeError } from '../../core/index.js';
import { defaultRoutingOptions, type RoutedModelOptions } from './options.js';

let lab: RoutedLab;
beforeEach(() => {
  lab = new RoutedLab();
});
afterEach(() => lab.close());

/** An address where nobody listens. */
async function deadAddress(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}/v1`;
}

const model = (changes: Partial<RoutedModelOptions>): RoutedModelOptions => ({
  name: 'm',
  provider: 'openai',
  policy: 'round-robin',
  ...changes,
});

const code = (error: NaraeError): string => error.code;

describe('endpoints of a model', () => {
  it('share the calls, each under its own name for the model', async () => {
    const [a, b] = [await lab.upstream(), await lab.upstream()];
    const registry = lab.models({
      models: [
        model({
          endpoints: [
            { baseUrl: a.baseUrl, weight: 3 },
            { baseUrl: b.baseUrl, upstreamModel: 'other', apiKey: 'its-own-key' },
          ],
          policy: 'weighted',
          apiKey: 'common-key',
        }),
      ],
    });
    for (let i = 0; i < 8; i++) expect((await ask(registry)).text).toBe(FAKE_TEXT);
    expect([a.seen.length, b.seen.length]).toEqual([6, 2]);
    expect(a.seen[0]).toMatchObject({
      body: { model: 'm' },
      headers: { authorization: 'Bearer common-key' },
    });
    expect(b.seen[0]).toMatchObject({
      body: { model: 'other' },
      headers: { authorization: 'Bearer its-own-key' },
    });
  });

  it.each([
    '500',
    '503',
    '429',
    '401',
    '404',
    'html',
    'garbage',
    'error-first',
    'end-without-content',
  ])('that answer %s before any content are replaced by the next one', async (fault) => {
    const bad = await lab.upstream({ 'end-without-content': (response) => void startEvents(response).end() });
    const good = await lab.upstream();
    const registry = lab.models({
      models: [
        model({
          endpoints: [{ baseUrl: bad.baseUrl, upstreamModel: fault }, { baseUrl: good.baseUrl }],
        }),
      ],
    });
    const { text, parts } = await ask(registry);
    expect(text).toBe(FAKE_TEXT);
    expect(parts.filter(({ type }) => type === 'finish')).toHaveLength(1);
    expect([bad.seen.length, good.seen.length]).toEqual([1, 1]);
    expect(lab.ofType('generation-retried')).toMatchObject([{ model: 'm', attempt: 2, requestId: 'r1' }]);
  });

  it('that nobody listens on, that cannot be found, or that say nothing, are replaced as well', async () => {
    const good = await lab.upstream();
    const silent = await lab.upstream();
    for (const bad of [
      { baseUrl: await deadAddress() },
      { baseUrl: 'http://no-such-host.invalid/v1' },
      { baseUrl: silent.baseUrl, upstreamModel: 'hang' },
    ]) {
      const registry = lab.models({
        models: [model({ endpoints: [bad, { baseUrl: good.baseUrl }] })],
        llm: { firstTokenTimeoutMs: 2_000 },
      });
      expect((await ask(registry)).text).toBe(FAKE_TEXT);
    }
    expect([good.seen.length, silent.seen.length]).toEqual([3, 1]);
  });

  it('are never asked again once something was said: the failure comes as it is', async () => {
    const [cut, good] = [await lab.upstream(), await lab.upstream()];
    const registry = lab.models({
      models: [
        model({
          endpoints: [{ baseUrl: cut.baseUrl, upstreamModel: 'cut-mid-stream' }, { baseUrl: good.baseUrl }],
        }),
      ],
    });
    await expect(ask(registry)).rejects.toMatchObject({ code: 'llm_stream_broken' });
    expect([cut.seen.length, good.seen.length]).toEqual([1, 0]);
    expect(lab.events).toEqual([]);
    expect(registry.health().models[0]?.endpoints[0]).toMatchObject({
      calls: 1,
      failures: 1,
      inFlight: 0,
      lastFailure: { code: 'llm_stream_broken' },
    });
  });

  it('are not asked again about a request that the first one refuses', async () => {
    const [a, b] = [await lab.upstream(), await lab.upstream()];
    const endpoints = [a, b].map(({ baseUrl }) => ({ baseUrl, upstreamModel: '400' }));
    const registry = lab.models({ models: [model({ endpoints, fallback: ['extractive'] })] });
    await expect(ask(registry)).rejects.toMatchObject({ code: 'llm_rejected', status: 400 });
    expect(a.seen.length + b.seen.length).toBe(1);
  });

  it('that keep failing are left alone until their time has passed', async () => {
    const [bad, good] = [await lab.upstream(), await lab.upstream()];
    const registry = lab.models({
      models: [
        model({ endpoints: [{ baseUrl: bad.baseUrl, upstreamModel: '500' }, { baseUrl: good.baseUrl }] }),
      ],
    });
    for (let i = 0; i < 20; i++) expect((await ask(registry)).text).toBe(FAKE_TEXT);
    expect([bad.seen.length, good.seen.length]).toEqual([5, 20]);
    expect(lab.ofType('endpoint-state-changed')).toEqual([
      expect.objectContaining({ from: 'closed', to: 'open', errorCode: 'llm_failed' }),
    ]);
    expect(registry.health().models[0]?.endpoints.map(({ state }) => state)).toEqual(['open', 'closed']);
  });

  it('wait for Retry-After only as long as they may', async () => {
    const upstream = await lab.upstream();
    const registry = lab.models({
      models: [model({ baseUrl: upstream.baseUrl, upstreamModel: '429' })],
      routing: { retry: { ...defaultRoutingOptions.retry, retryAfterMaxMs: 6_999 } },
    });
    await expect(ask(registry)).rejects.toMatchObject({ code: 'llm_rate_limited', retryAfterSeconds: 7 });
    expect(upstream.seen.length).toBe(1);
  });

  it('on one server share its limit, whatever model they belong to', async () => {
    const upstream = await lab.upstream();
    const models = ['a', 'b'].map((name) =>
      model({ name, baseUrl: upstream.baseUrl, upstreamModel: 'hang' }),
    );
    const limits = {
      ...defaultRoutingOptions.limits,
      maxInFlightPerEndpoint: 1,
      queue: { maxWaiting: 0, maxWaitMs: 100 },
    };
    const registry = lab.models({ models, routing: { limits } });
    const controller = new AbortController();
    const first = ask(registry, 'a', controller.signal).catch(code);
    await expect.poll(() => upstream.seen.length).toBe(1);
    await expect(ask(registry, 'b')).rejects.toMatchObject({
      code: 'overloaded',
      status: 503,
      retryAfterSeconds: 1,
    });
    controller.abort();
    expect(await first).toBe('aborted');
    expect(upstream.seen.length).toBe(1);
  });
});

describe('an adaptive limit', () => {
  it('begins small, and falls when the server says that it has too much to do', async () => {
    const upstream = await lab.upstream();
    const registry = lab.models({
      models: [model({ baseUrl: upstream.baseUrl, upstreamModel: '503' })],
      routing: {
        limits: { ...defaultRoutingOptions.limits, adaptive: true },
        retry: { ...QUICK, maxAttempts: 1 },
      },
    });
    const limit = (): number | undefined => registry.health().models[0]?.endpoints[0]?.limit;
    expect(limit()).toBe(20);
    await expect(ask(registry)).rejects.toMatchObject({ code: 'overloaded' });
    expect(limit()).toBe(18);
  });
});

describe('fallbacks', () => {
  it('are asked in order when all endpoints of a model fail before content', async () => {
    const [down, refusing, good] = [await lab.upstream(), await lab.upstream(), await lab.upstream()];
    const registry = lab.models({
      models: [
        model({ baseUrl: down.baseUrl, upstreamModel: '500', fallback: ['second', 'third', 'extractive'] }),
        model({ name: 'second', baseUrl: refusing.baseUrl, upstreamModel: '400' }),
        model({ name: 'third', baseUrl: good.baseUrl }),
      ],
    });
    const { text, parts } = await ask(registry);
    expect(text).toBe(FAKE_TEXT);
    expect(parts[0]).toEqual({ type: 'writer', writer: { model: 'third', provider: 'openai' } });
    expect((await ask(registry, 'third')).parts[0]).not.toHaveProperty('writer');
    good.seen.pop();
    expect([down.seen.length, refusing.seen.length, good.seen.length]).toEqual([3, 1, 1]);
    expect(good.seen[0]?.body.model).toBe('third');
    expect(lab.ofType('generation-fell-back')).toMatchObject([
      { model: 'm', fallback: 'second', errorCode: 'llm_failed', requestId: 'r1' },
      { model: 'second', fallback: 'third', errorCode: 'llm_rejected' },
    ]);
  });

  it('may end in the extractive provider', async () => {
    const registry = lab.models({
      models: [model({ baseUrl: await deadAddress() })],
      routing: { fallback: ['extractive', 'm'] },
    });
    const { text, parts } = await ask(registry);
    expect(text.length).toBeGreaterThan(10);
    expect(parts.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  it('that fail too leave the failure of the model that was asked for', async () => {
    const upstream = await lab.upstream();
    const registry = lab.models({
      models: [
        model({ baseUrl: upstream.baseUrl, upstreamModel: '401', fallback: ['second'] }),
        model({ name: 'second', baseUrl: await deadAddress() }),
      ],
    });
    await expect(ask(registry)).rejects.toMatchObject({ code: 'llm_unauthorized' });
  });

  it('must exist', () => {
    expect(() => lab.models({ models: [model({ fallback: ['nobody'] })] })).toThrow('llm.models[0].fallback');
    expect(() => lab.models({ models: [model({})], routing: { fallback: ['nobody'] } })).toThrow(
      'routing.fallback',
    );
  });
});

describe('early stop', () => {
  it('cancels the upstream and finishes with the right reason and the usage so far', async () => {
    const upstream = await lab.upstream();
    const registry = lab.models({
      models: [
        model({ baseUrl: upstream.baseUrl, upstreamModel: 'endless', earlyStop: { maxCharacters: 30 } }),
      ],
    });
    const disconnected = upstream.nextDisconnect();
    const { text, parts } = await ask(registry);
    await disconnected;
    expect(text).toBe('and on '.repeat(5).slice(0, 30));
    expect(parts.slice(-2)).toMatchObject([
      { type: 'usage', usage: { estimated: true } },
      { type: 'finish', reason: 'length' },
    ]);
    expect(lab.ofType('generation-stopped-early')).toMatchObject([{ rule: 'characters', requestId: 'r1' }]);
    const [endpoint] = registry.health().models[0]?.endpoints ?? [];
    expect(endpoint).toMatchObject({ inFlight: 0, failures: 0, state: 'closed' });
  });
});

describe('the registry', () => {
  it('lists every model and extractive, and asks the endpoints in turn for their models', async () => {
    const good = await lab.upstream();
    const endpoints = [{ baseUrl: await deadAddress() }, { baseUrl: good.baseUrl }];
    const registry = lab.models({ models: [model({ endpoints })] });
    expect(registry.models.map(({ name }) => name)).toEqual(['m', 'extractive']);
    const { provider } = registry.resolve('m');
    expect(await provider.listModels(new AbortController().signal)).toEqual(['a', 'b']);
    expect(() => registry.resolve('x')).toThrow('m, extractive');
  });

  it('uses the model that a server lists first when none is named', async () => {
    const upstream = await lab.upstream();
    const registry = lab.models({ models: [model({ baseUrl: upstream.baseUrl, useFirstModel: true })] });
    expect((await ask(registry)).text).toBe(FAKE_TEXT);
    expect(upstream.seen.at(-1)?.body.model).toBe('a');
  });

  it('names endpoints by host, with a number when two are alike', async () => {
    const upstream = await lab.upstream();
    const { baseUrl } = upstream;
    const { host } = new URL(baseUrl);
    const registry = lab.models({
      models: [
        model({ endpoints: [{ baseUrl }, { baseUrl, upstreamModel: 'b' }, { name: 'gpu', baseUrl }] }),
      ],
    });
    const names = registry.health().models[0]?.endpoints.map(({ name }) => name);
    expect(names).toEqual([host, `${host}#2`, 'gpu']);
  });

  it('ends what is under way when it closes', async () => {
    const upstream = await lab.upstream({
      slow: (response) => void startEvents(response).write(delta('half ')),
    });
    const registry = lab.models({ models: [model({ baseUrl: upstream.baseUrl, upstreamModel: 'slow' })] });
    const asked = ask(registry).catch(code);
    await expect.poll(() => upstream.seen.length).toBe(1);
    const disconnected = upstream.nextDisconnect();
    await registry.close();
    await disconnected;
    expect(await asked).toBe('closing');
    expect(await ask(registry).catch(code)).toBe('closing');
  });
});
