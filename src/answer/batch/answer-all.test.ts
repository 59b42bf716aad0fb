import { describe, expect, test } from 'vitest';
import { fakeRetriever } from '../../../test/support/fake-retriever.js';
import { NaraeError } from '../../core/index.js';
import { createLlmRegistry } from '../../llm/index.js';
import { defaultLlmOptions } from '../../llm/options.js';
import type { Retriever } from '../../retrieval/spec.js';
import { createAnswerFlow } from '../flow.js';
import { defaultAnswerOptions } from '../options.js';
import type { AnswerOutcome, AnswerRequest } from '../spec.js';

const registry = createLlmRegistry(defaultLlmOptions);

function flowOn(retriever: Retriever) {
  return createAnswerFlow({ registry, retriever, options: defaultAnswerOptions, emit: () => {} });
}

function ask(content: string, extra: Partial<AnswerRequest> = {}): AnswerRequest {
  return {
    requestId: 'req_1',
    tenant: 'default',
    messages: [{ role: 'user', content }],
    retrieval: { enabled: true, collection: 'docs', k: 4 },
    parameters: {},
    ...extra,
  };
}

async function collect(outcomes: AsyncIterable<AnswerOutcome>): Promise<AnswerOutcome[]> {
  const all: AnswerOutcome[] = [];
  for await (const outcome of outcomes) all.push(outcome);
  return all.sort((left, right) => left.index - right.index);
}

describe('the questions of a batch', () => {
  test('share one search, those that need none left out', async () => {
    const retriever = fakeRetriever();
    const questions = [
      'Does the VPN expire?',
      '육아휴직은 몇 개월인가요?',
      'Does the VPN expire?',
      '안녕하세요',
    ];
    const outcomes = await collect(
      flowOn(retriever).answerAll(
        questions.map((text) => ask(text)),
        {},
      ),
    );
    expect(retriever.requests.map(({ queries }) => queries)).toEqual([questions.slice(0, 2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(4).fill('answered'));
    expect(outcomes[1]).toMatchObject({ answer: { sources: [{ n: 1 }, {}, {}] } });
    expect(outcomes[3]).toMatchObject({ answer: { sources: [] } });
  });

  test('are searched for apart where they ask for something else', async () => {
    const retriever = fakeRetriever();
    const elsewhere = { retrieval: { enabled: true, collection: 'other', k: 4 } } as const;
    await collect(
      flowOn(retriever).answerAll([ask('one thing'), ask('another', elsewhere), ask('third')], {}),
    );
    expect(retriever.requests.map(({ collection, queries }) => [collection, queries])).toEqual(
      expect.arrayContaining([
        ['docs', ['one thing', 'third']],
        ['other', ['another']],
      ]),
    );
  });

  test('fail one by one: what one search cannot do together is done apart', async () => {
    const found = fakeRetriever();
    const retriever: Retriever = {
      search: async (request) => {
        if (request.queries.includes('poison')) throw new NaraeError('internal');
        return found.search(request);
      },
    };
    const requests = ['good', 'poison', 'also good', ''].map((text) => ask(text));
    const outcomes = await collect(
      flowOn(retriever).answerAll([...requests, ask('x', { model: 'nobody' })], {}),
    );
    expect(
      outcomes.map((outcome) => (outcome.status === 'failed' ? outcome.error.code : outcome.status)),
    ).toEqual(['answered', 'internal', 'answered', 'empty_question', 'model_not_found']);
  });
});
