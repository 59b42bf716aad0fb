import { afterAll, beforeAll, expect, test } from 'vitest';
import { RagChain } from '../../dist/index.js';
import { FAKE_TEXT, type FakeUpstream, startFakeUpstream } from '../support/fake-upstream.js';
import { HANDBOOK } from '../support/narae.js';
import { TempFolder } from '../support/temp-folder.js';

let upstream: FakeUpstream;
let folder: TempFolder;
let chain: RagChain;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  folder = new TempFolder();
  chain = await RagChain.fromDocuments(HANDBOOK, {
    dataDir: folder.at('data'),
    settings: {
      'llm.provider': 'openai',
      'llm.baseUrl': upstream.baseUrl,
      'llm.model': 'any',
      'llm.maxOutputTokens': 900,
    },
  });
});
afterAll(async () => {
  await chain.close();
  await upstream.close();
  folder.remove();
});

test.each([
  ['parameters', { max_tokens: 50 }, { max_tokens: 50 }],
  ['parameters by their newer name', { max_completion_tokens: 60 }, { max_completion_tokens: 60 }],
  ['configuration', {}, { max_tokens: 900 }],
])('the length of an answer is that of the %s', async (_, parameters, sent) => {
  const { text } = await chain.query('How long is parental leave?', { parameters });
  expect(text).toBe(FAKE_TEXT);
  expect(upstream.seen.at(-1)?.body).toMatchObject(sent);
});
