import { expect, test } from 'vitest';
import { engineLines } from './summary.js';

const EMBEDDER = { id: 'builtin-1', dimensions: 512 };

test.each([
  [{ provider: 'extractive', model: 'extractive' }, 'extractive: quotes the documents'],
  [{ provider: 'openai', model: 'm', baseUrl: 'http://127.0.0.1:11434/v1' }, 'm (openai at 127.0.0.1:11434)'],
  [
    { provider: 'openai', model: 'auto', takesFirst: true, baseUrl: 'http://127.0.0.1:11434/v1' },
    'auto: the first model that 127.0.0.1:11434 lists',
  ],
] as const)('says who answers: %j', (llm, text) => {
  expect(engineLines(EMBEDDER, llm).join('\n')).toContain(text);
});
