import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, dynamicTool, embedMany, generateText, jsonSchema, streamText } from 'ai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AnswerServer, API_KEY, startAnswerServer } from '../support/answer-server.js';
import { FAKE_TEXT } from '../support/fake-upstream.js';

let server: AnswerServer;
let narae: ReturnType<typeof createOpenAICompatible>;
beforeAll(async () => {
  server = await startAnswerServer(['any', 'tools', 'reasoning', '429', 'cut-mid-stream']);
  narae = createOpenAICompatible({
    name: 'narae',
    baseURL: server.baseUrl,
    apiKey: API_KEY,
    includeUsage: true,
  });
});
afterAll(() => server.close());

const prompt = 'How many days of leave?';

test('generates text with usage', async () => {
  const { text, usage, finishReason } = await generateText({ model: narae('any'), prompt });
  expect(text).toBe(FAKE_TEXT);
  expect(usage).toMatchObject({ inputTokens: 11, outputTokens: 7 });
  expect(finishReason).toBe('stop');
});

test('streams text with usage', async () => {
  const { textStream, usage } = streamText({ model: narae('any'), prompt });
  let text = '';
  for await (const delta of textStream) text += delta;
  expect(text).toBe(FAKE_TEXT);
  expect(await usage).toMatchObject({ inputTokens: 11, outputTokens: 7 });
});

test('streams reasoning apart from text', async () => {
  const result = streamText({ model: narae('reasoning'), prompt });
  await result.consumeStream();
  expect(await result.reasoningText).toBe('hm, yes');
  expect(await result.text).toBe('text');
});

test('streams tool calls with parsed input', async () => {
  const weather = dynamicTool({ inputSchema: jsonSchema({ type: 'object' }), execute: async () => '맑음' });
  const result = streamText({ model: narae('tools'), prompt, tools: { weather } });
  await result.consumeStream();
  expect((await result.toolCalls)[0]).toMatchObject({ toolName: 'weather', input: { city: '서울' } });
});

test('reports our error, with its status', async () => {
  const failing = generateText({ model: narae('429'), prompt, maxRetries: 0 });
  const error = await failing.catch((thrown: unknown) => thrown);
  expect(APICallError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ statusCode: 429, isRetryable: true });
});

test('never takes a broken stream for an answer', async () => {
  const errors: unknown[] = [];
  const result = streamText({
    model: narae('cut-mid-stream'),
    prompt,
    onError: ({ error }) => {
      errors.push(error);
    },
  });
  await result.consumeStream();
  expect(errors).toHaveLength(1);
});

test('embeds many', async () => {
  const { embeddings } = await embedMany({
    model: narae.embeddingModel('builtin-1'),
    values: ['환불 안내', 'refund policy'],
  });
  expect(embeddings.map((vector) => [vector.length, Math.hypot(...vector).toFixed(4)])).toEqual([
    [512, '1.0000'],
    [512, '1.0000'],
  ]);
});
