import { expect, test } from 'vitest';
import { NaraeError } from '../../core/index.js';
import type { LlmPart, LlmProvider, LlmRequest } from '../spec.js';
import { FirstModelProvider } from './first-model.js';

const REQUEST: LlmRequest = {
  model: 'auto',
  messages: [],
  question: '',
  passages: [],
  retrieval: 'off',
  parameters: {},
};

function upstream(models: string[], asked: string[]): LlmProvider & { failing: boolean } {
  return {
    name: 'openai',
    failing: false,
    async *stream(request) {
      asked.push(request.model);
      if (this.failing) throw new NaraeError('llm_rejected');
      yield [{ type: 'finish', reason: 'stop' }] satisfies LlmPart[];
    },
    listModels: async () => models,
    close: async () => undefined,
  };
}

async function ask(provider: LlmProvider): Promise<void> {
  for await (const _batch of provider.stream(REQUEST, { signal: new AbortController().signal }));
}

test('uses the first model that the upstream lists, and looks again after a failure', async () => {
  const asked: string[] = [];
  const models = ['qwen3', 'other'];
  const inner = upstream(models, asked);
  const provider = new FirstModelProvider(inner);
  await ask(provider);
  models.unshift('exaone');
  await ask(provider);
  inner.failing = true;
  await expect(ask(provider)).rejects.toMatchObject({ code: 'llm_rejected' });
  inner.failing = false;
  await ask(provider);
  expect(asked).toEqual(['qwen3', 'qwen3', 'qwen3', 'exaone']);
});

test('an upstream that lists nothing is asked by the name it was given', async () => {
  const asked: string[] = [];
  await ask(new FirstModelProvider(upstream([], asked)));
  expect(asked).toEqual(['auto']);
});
