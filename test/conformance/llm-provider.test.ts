import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMockLlm } from '../../dist/lab/index.js';
import { createLlmRegistry, type LlmRegistry } from '../../dist/llm/index.js';
import { defaultLlmOptions } from '../../dist/llm/options.js';
import type { LlmPart, LlmRequest } from '../../dist/llm/spec.js';

/** What `llm/spec.ts` promises, asked of every provider: the extractive one, and both wire formats over real sockets. */

let mock: Awaited<ReturnType<typeof startMockLlm>>;
let registry: LlmRegistry;
beforeAll(async () => {
  mock = await startMockLlm({ tokens: 12 });
  registry = createLlmRegistry({
    ...defaultLlmOptions,
    stallTimeoutMs: 2_000,
    models: ['openai', 'anthropic'].flatMap((provider) =>
      ['mock', 'mock-cut', 'mock-eof', 'mock-500', 'mock-stall'].map((upstreamModel) => ({
        name: `${provider} ${upstreamModel}`,
        provider: provider as 'openai' | 'anthropic',
        baseUrl: provider === 'openai' ? `${mock.url}/v1` : mock.url,
        apiKey: 'any',
        upstreamModel,
      })),
    ),
  });
});
afterAll(async () => {
  await registry.close();
  await mock.close();
});

const PASSAGE = {
  n: 1,
  id: 'chk_1',
  documentId: 'doc_1',
  source: '휴가.md',
  title: 'Leave',
  headings: ['Leave'],
  text: 'Every employee has 24 days of annual leave. 연차는 24일입니다.',
  score: 1,
  position: { start: 0, end: 60 },
};

function requestFor(model: string): LlmRequest {
  const question = 'How many days of annual leave?';
  return {
    model,
    messages: [{ role: 'user', content: question }],
    question,
    passages: [PASSAGE],
    retrieval: 'done',
    parameters: {},
  };
}

async function read(name: string, signal = new AbortController().signal): Promise<LlmPart[]> {
  const { provider, upstreamModel } = registry.resolve(name);
  const parts: LlmPart[] = [];
  for await (const batch of provider.stream(requestFor(upstreamModel), { signal })) parts.push(...batch);
  return parts;
}

describe.each(['extractive', 'openai mock', 'anthropic mock'])('%s', (name) => {
  test('writes text, tells its usage, and finishes exactly once, last', async () => {
    const parts = await read(name);
    expect(parts.some((part) => part.type === 'text-delta' && part.text !== '')).toBe(true);
    expect(parts.filter(({ type }) => type === 'usage')).toHaveLength(1);
    expect(parts.filter(({ type }) => type === 'finish')).toHaveLength(1);
    expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  });

  test('an aborted signal rejects with `aborted`', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(read(name, controller.signal)).rejects.toMatchObject({ code: 'aborted' });
  });

  test('lists at least one model', async () => {
    const models = await registry.resolve(name).provider.listModels(new AbortController().signal);
    expect(models.length).toBeGreaterThan(0);
  });
});

describe.each(['openai', 'anthropic'])('%s, when its server fails', (provider) => {
  test.each([
    ['mock-cut', 'llm_stream_broken'],
    ['mock-eof', 'llm_stream_broken'],
    ['mock-500', 'llm_failed'],
    ['mock-stall', 'llm_timeout'],
  ])('%s never looks like a complete answer', async (model, code) => {
    await expect(read(`${provider} ${model}`)).rejects.toMatchObject({ name: 'NaraeError', code });
  });

  test('leaving in mid-stream closes the upstream', async () => {
    const { provider: instance } = registry.resolve(`${provider} mock-stall`);
    const before = mock.stats().disconnects;
    const stream = instance.stream(requestFor('mock-stall'), { signal: new AbortController().signal });
    for await (const _batch of stream) break;
    await expect.poll(() => mock.stats().disconnects).toBeGreaterThan(before);
  });
});
