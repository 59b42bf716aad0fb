import { type AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AnswerServer, API_KEY, startAnswerServer } from '../support/answer-server.js';
import { FAKE_TEXT } from '../support/fake-upstream.js';

let server: AnswerServer;
beforeAll(async () => {
  server = await startAnswerServer(['any', 'tools', '400', '429', 'cut-mid-stream']);
});
afterAll(() => server.close());

function chat(model: string): ChatOpenAI {
  const configuration = { baseURL: server.baseUrl };
  return new ChatOpenAI({ model, apiKey: API_KEY, maxRetries: 0, configuration });
}

const question = [new HumanMessage('육아휴직은 몇 개월인가요?')];

test('invokes', async () => {
  const answer = await chat('any').invoke(question);
  expect(answer.text).toBe(FAKE_TEXT);
  expect(answer.usage_metadata).toMatchObject({ input_tokens: 11, output_tokens: 7 });
});

test('streams, with usage at the end', async () => {
  const chunks: AIMessageChunk[] = [];
  for await (const chunk of await chat('any').stream(question)) chunks.push(chunk);
  expect(chunks.map((chunk) => chunk.text).join('')).toBe(FAKE_TEXT);
  expect(chunks.flatMap((chunk) => chunk.usage_metadata ?? [])).toMatchObject([{ output_tokens: 7 }]);
});

test('streams tool calls', async () => {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of await chat('tools').stream(question)) whole = whole?.concat(chunk) ?? chunk;
  expect(whole?.tool_calls?.[0]).toMatchObject({ name: 'weather', args: { city: '서울' } });
});

test.each(['400', '429'])('throws our error for %s, with its status', async (model) => {
  await expect(chat(model).invoke(question)).rejects.toMatchObject({ status: Number(model) });
});

test('never takes a broken stream for an answer', async () => {
  const reading = (async () => {
    for await (const _ of await chat('cut-mid-stream').stream(question));
  })();
  await expect(reading).rejects.toThrow('before it was complete');
});

test('embeds', async () => {
  const embeddings = new OpenAIEmbeddings({
    model: 'builtin-1',
    apiKey: API_KEY,
    configuration: { baseURL: server.baseUrl },
  });
  const vectors = await embeddings.embedDocuments(['환불 안내', 'refund policy']);
  expect(vectors.map((vector) => [vector.length, Math.hypot(...vector).toFixed(4)])).toEqual([
    [512, '1.0000'],
    [512, '1.0000'],
  ]);
});
