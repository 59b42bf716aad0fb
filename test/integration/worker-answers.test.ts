import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MockLlm, startMockLlm } from '../../dist/lab/index.js';
import { mockModels } from '../support/mock-models.js';
import { HANDBOOK, type RunningServer, startNaraeServer, temporaryFolder } from '../support/narae.js';

const MODEL = 'mock:first_token_ms=200,token_ms=10,tokens=20';

let mock: MockLlm;
let dataDir: string;
let server: RunningServer;

beforeAll(async () => {
  [mock, dataDir] = await Promise.all([startMockLlm(), temporaryFolder()]);
  const config = { llm: { models: mockModels(mock, [MODEL]) } };
  server = await startNaraeServer({ folder: HANDBOOK, dataDir, config, args: ['--workers', '2'] });
});
afterAll(async () => {
  await server.stop();
  await mock.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function ask(question: string) {
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: question }] }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the answer is looked at, not believed
  const body = (await response.json()) as any;
  return { text: body.choices?.[0].message.content, how: response.headers.get('x-narae-cache') };
}

/** Asks one question many times at once; the answers came about in these ways. */
async function askAtOnce(question: string): Promise<readonly (string | null)[]> {
  const before = mock.stats().calls;
  const answers = await Promise.all(Array.from({ length: 60 }, () => ask(question)));
  expect(mock.stats().calls - before).toBe(1);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  const ways = answers.map(({ how }) => how);
  expect(ways.filter((how) => how === 'miss; reason=new')).toHaveLength(1);
  return ways;
}

test.each([
  'How many days of leave are there?',
  '휴가는 며칠인가요?',
])('workers without Redis call the model once for all who ask: %s', async (question) => {
  // The second worker may not be there yet, or may have been given nothing: until both had their part.
  let waited = false;
  for (let round = 1; round <= 20 && !waited; round++)
    waited = (await askAtOnce(`${question} (${round})`)).includes('joined; reason=other-node');
  expect(waited).toBe(true);
});
