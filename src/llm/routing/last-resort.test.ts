import { expect, test } from 'vitest';
import { NaraeError } from '../../core/index.js';
import type { LlmPart, LlmProvider, LlmRequest } from '../spec.js';
import { LastResortProvider, StoredAnswers } from './last-resort.js';

const FINISH: LlmPart = { type: 'finish', reason: 'stop' };

class Scripted implements LlmProvider {
  readonly name = 'openai';
  failure: NaraeError | undefined;
  failAfterText = false;
  answer = 'first';

  async *stream(): AsyncGenerator<readonly LlmPart[], void, void> {
    if (this.failure && !this.failAfterText) throw this.failure;
    yield [{ type: 'text-delta', text: this.answer }];
    if (this.failure) throw this.failure;
    yield [FINISH];
  }

  listModels = async () => ['m'];
  close = async () => {};
}

function requestFor(question: string, extra: Partial<LlmRequest> = {}): LlmRequest {
  const messages = [{ role: 'user' as const, content: question }];
  return { model: 'm', messages, question, passages: [], retrieval: 'done', parameters: {}, ...extra };
}

function setUp(limitBytes = 100_000) {
  const inner = new Scripted();
  const clock = { now: () => 1_000, monotonicMs: () => 0 };
  const provider = new LastResortProvider(inner, 'm', new StoredAnswers({ limitBytes, keepMs: 1e9 }), clock);
  const ask = async (request: LlmRequest, tenant = 'a'): Promise<LlmPart[]> => {
    const parts: LlmPart[] = [];
    const signal = new AbortController().signal;
    for await (const batch of provider.stream(request, { signal, tenant })) parts.push(...batch);
    return parts;
  };
  return { inner, ask };
}

test('a stored answer stands in, marked, only for the same tenant, prompt and parameters', async () => {
  const { inner, ask } = setUp();
  await ask(requestFor('연차는 며칠인가요?'));
  inner.failure = new NaraeError('llm_unreachable');
  expect(await ask(requestFor('연차는 며칠인가요?'))).toEqual([
    { type: 'writer', writer: { model: 'm', provider: 'openai', staleSinceMs: 1_000 } },
    { type: 'text-delta', text: 'first' },
    FINISH,
  ]);
  await expect(ask(requestFor('연차는 며칠인가요?'), 'b')).rejects.toMatchObject({ code: 'llm_unreachable' });
  await expect(ask(requestFor('other'))).rejects.toMatchObject({ code: 'llm_unreachable' });
  const warmer = requestFor('연차는 며칠인가요?', { parameters: { temperature: 1 } });
  await expect(ask(warmer)).rejects.toMatchObject({ code: 'llm_unreachable' });
});

test('nothing stands in after content has left, for a refused request, or for an answer that was cut', async () => {
  const { inner, ask } = setUp();
  await ask(requestFor('q'));
  inner.failure = new NaraeError('llm_stream_broken');
  inner.failAfterText = true;
  await expect(ask(requestFor('q'))).rejects.toMatchObject({ code: 'llm_stream_broken' });
  inner.failAfterText = false;
  inner.failure = new NaraeError('llm_rejected', { status: 400 });
  await expect(ask(requestFor('q'))).rejects.toMatchObject({ code: 'llm_rejected' });
  inner.failure = new NaraeError('llm_unreachable');
  inner.failAfterText = true;
  await expect(ask(requestFor('cut'))).rejects.toThrow();
  inner.failAfterText = false;
  await expect(ask(requestFor('cut'))).rejects.toMatchObject({ code: 'llm_unreachable' });
});

test('an answer too large to keep is not kept, and keeps no other from being', async () => {
  const { inner, ask } = setUp(16_000);
  inner.answer = 'x'.repeat(5_000);
  await ask(requestFor('large'));
  inner.answer = 'small';
  await ask(requestFor('small'));
  inner.failure = new NaraeError('llm_unreachable');
  await expect(ask(requestFor('large'))).rejects.toThrow();
  expect((await ask(requestFor('small'))).length).toBe(3);
});
