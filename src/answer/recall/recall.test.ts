import { setMaxListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { fakeRetriever, PASSAGES, passage } from '../../../test/support/fake-retriever.js';
import { MapTier } from '../../../test/support/map-tier.js';
import { ScriptedModel } from '../../../test/support/scripted-model.js';
import { openCaches } from '../../cache/index.js';
import type { AnswerPart } from '../../llm/spec.js';
import { createLocalLeases } from '../../redis/index.js';
import type { Passage, Retriever, SearchRequest } from '../../retrieval/spec.js';
import { type Answer, AnswerCollector } from '../collect.js';
import { createAnswerFlow } from '../flow.js';
import { type AnswerOptions, defaultAnswerOptions } from '../options.js';
import type { AnswerFlow, AnswerRequest, AnswerStream } from '../spec.js';
import { defaultRecallOptions, type RecallOptions } from './options.js';
import { Recall } from './recall.js';

const idle = new AbortController().signal;
setMaxListeners(100, idle);

interface Bench {
  readonly flow: AnswerFlow;
  readonly model: ScriptedModel;
  readonly searches: SearchRequest[];
  readonly retriever: ChangingRetriever;
}

/** A collection whose passages and version a test changes. */
class ChangingRetriever implements Retriever {
  readonly inner = fakeRetriever();
  passages: readonly Passage[] = PASSAGES;
  version = 1;

  stateOf(): { version: number; revision: string } {
    return { version: this.version, revision: 'docs' };
  }

  async search(request: SearchRequest) {
    const outcome = await this.inner.search(request);
    return {
      ...outcome,
      collectionVersion: this.version,
      results: request.queries.map(() => this.passages.slice(0, request.k)),
    };
  }
}

function benchWith(
  settings: { recall?: Partial<RecallOptions>; options?: Partial<AnswerOptions>; model?: ScriptedModel } = {},
): Bench {
  const model = settings.model ?? new ScriptedModel();
  const retriever = new ChangingRetriever();
  const caches = openCaches({ memoryLimitBytes: 10_000_000 });
  const flow = createAnswerFlow({
    registry: model.registry(),
    retriever,
    options: { ...defaultAnswerOptions, ...settings.options },
    emit: () => {},
    recall: new Recall(caches, { ...defaultRecallOptions, ...settings.recall }),
  });
  return { flow, model, retriever, searches: retriever.inner.requests };
}

function ask(question = 'How many days of leave?', extra: Partial<AnswerRequest> = {}): AnswerRequest {
  return {
    requestId: 'req_1',
    tenant: 'default',
    messages: [{ role: 'user', content: question }],
    retrieval: { enabled: true, collection: 'docs', k: 8 },
    parameters: {},
    ...extra,
  };
}

async function collect(stream: AnswerStream): Promise<Answer> {
  const collector = new AnswerCollector();
  for await (const batch of stream.parts) for (const part of batch) collector.add(part);
  return collector.answer();
}

async function answered({ flow }: Bench, request: AnswerRequest) {
  const stream = flow.answer(request, idle);
  const answer = await collect(stream);
  const { outcome, reason } = stream.recall;
  return { answer, recall: `${outcome} ${reason}` };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('an answer that is asked for again', () => {
  test.each([
    ['How many days of leave?', 'en'],
    ['육아휴직은 며칠인가요?', 'ko'],
  ])('%s is given without search and model (%s)', async (question) => {
    const bench = benchWith();
    const first = await answered(bench, ask(question));
    const second = await answered(bench, ask(question));
    expect([first.recall, second.recall]).toEqual(['miss new', 'hit memory']);
    expect([bench.model.calls.length, bench.searches.length]).toEqual([1, 1]);
    const { id, recall, usage, ...rest } = second.answer;
    expect(first.answer).toMatchObject(rest);
    expect(id).not.toBe(first.answer.id);
    expect(recall).toMatchObject({ storedAtMs: first.answer.createdAtMs, savedTokens: 15 });
    expect(usage).toEqual({ ...first.answer.usage, cachedInputTokens: 10 });
  });

  test('is given on the same passages though the collection has changed around them', async () => {
    const bench = benchWith();
    await answered(bench, ask());
    bench.retriever.version = 2;
    const again = await answered(bench, ask());
    expect(again.recall).toBe('hit evidence');
    expect(again.answer.search?.collectionVersion).toBe(2);
    expect((await answered(bench, ask())).recall).toBe('hit memory');
    expect([bench.model.calls.length, bench.searches.length]).toEqual([1, 2]);
  });

  test('shows the scores of the search that it serves', async () => {
    const bench = benchWith();
    await answered(bench, ask());
    bench.retriever.version = 2;
    bench.retriever.passages = PASSAGES.map((each) => ({ ...each, score: each.score / 2 }));
    for (const how of ['hit evidence', 'hit memory']) {
      const { answer, recall } = await answered(bench, ask());
      expect([recall, answer.sources[0]?.score]).toEqual([how, 0.5]);
    }
  });

  test.each<[string, readonly Passage[]]>([
    ['changed', [passage(1, 'Employees accrue 30 days.', { hash: 'other' }), ...PASSAGES.slice(1)]],
    ['left', PASSAGES.slice(1)],
    ['moved', [passage(1, PASSAGES[0]?.text ?? '', { source: 'moved.md' }), ...PASSAGES.slice(1)]],
    ['was joined by another', [...PASSAGES, passage(4, 'A fourth.')]],
    ['changed its rank', PASSAGES.toReversed()],
  ])('is written anew when a passage %s', async (_, passages) => {
    const bench = benchWith();
    await answered(bench, ask());
    bench.retriever.version = 2;
    bench.retriever.passages = passages;
    expect((await answered(bench, ask())).recall).toBe('miss new');
    expect(bench.model.calls.length).toBe(2);
  });
});

describe('an answer is nobody else’s', () => {
  const filtered = (language: string): Partial<AnswerRequest> => ({
    retrieval: { enabled: true, collection: 'docs', k: 8, filter: { language } },
  });

  test.each<[string, Partial<AnswerRequest>, Partial<AnswerRequest>]>([
    ['tenant', { tenant: 'a' }, { tenant: 'b' }],
    ['filter', filtered('en'), filtered('ko')],
    ['filter where there was none', {}, filtered('en')],
    ['parameter', { parameters: { seed: 1 } }, { parameters: { seed: 2 } }],
    ['limit', {}, { maxOutputTokens: 5 }],
    ['way of citing', {}, { footnotes: true }],
    ['model', { model: 'scripted' }, { model: 'other' }],
    [
      'conversation',
      {},
      {
        messages: [
          { role: 'user', content: 'Hello there, I am new.' },
          { role: 'assistant', content: 'Welcome.' },
          { role: 'user', content: 'How many days of leave?' },
        ],
      },
    ],
    ['instruction', {}, { messages: [{ role: 'system', content: 'Be brief.' }, ...ask().messages] }],
  ])('with another %s', async (_, one, other) => {
    const bench = benchWith();
    await answered(bench, ask(undefined, one));
    expect((await answered(bench, ask(undefined, other))).recall).toBe('miss new');
    expect((await answered(bench, ask(undefined, one))).recall).toBe('hit memory');
    expect(bench.model.calls.length).toBe(2);
  });

  test('with another user, where answers are kept for each', async () => {
    const of = (user: string): AnswerRequest => ask(undefined, { parameters: { user } });
    const shared = benchWith();
    await answered(shared, of('kim'));
    expect((await answered(shared, of('lee'))).recall).toBe('hit memory');
    const apart = benchWith({ recall: { perUser: true } });
    await answered(apart, of('kim'));
    expect((await answered(apart, of('lee'))).recall).toBe('miss new');
  });
});

describe('what is not kept', () => {
  test.each<[string, Partial<AnswerRequest>]>([
    ['bypass tools', { parameters: { tools: [{ type: 'function' }] } }],
    ['bypass temperature', { parameters: { temperature: 0.7 } }],
    ['bypass pass-through', { retrieval: { enabled: false } }],
    ['bypass small-talk', { messages: [{ role: 'user', content: 'hello' }] }],
    ['bypass model', { model: 'never' }],
    ['miss no-store', { cache: { store: false } }],
    ['bypass force-new', { cache: { read: false } }],
  ])('says "%s"', async (how, extra) => {
    const bench = benchWith();
    for (const expected of [how, how])
      expect((await answered(bench, ask(undefined, extra))).recall).toBe(expected);
    expect(bench.model.calls.length).toBe(2);
  });

  test('is asked for anew and then is the one that is given', async () => {
    const bench = benchWith();
    await answered(bench, ask());
    bench.model.text = 'A newer answer [1].';
    await answered(bench, ask(undefined, { cache: { read: false } }));
    expect((await answered(bench, ask())).answer.text).toBe('A newer answer [1].');
  });

  test.each(['length', 'fail', 'writer'] as const)('an answer that ends with %s', async (ending) => {
    const bench = benchWith();
    bench.model.ending = ending;
    await answered(bench, ask()).catch(() => {});
    bench.model.ending = 'stop';
    expect((await answered(bench, ask())).recall).toBe('miss new');
  });

  test('an answer that is too large', async () => {
    const bench = benchWith({ recall: { entryLimitBytes: 3_000 } });
    bench.model.text = 'long '.repeat(1_000);
    await answered(bench, ask());
    expect((await answered(bench, ask())).recall).toBe('miss new');
  });

  test('unless the model is configured so', async () => {
    const bench = benchWith();
    const request = ask(undefined, {
      model: 'always',
      retrieval: { enabled: false },
      parameters: { temperature: 1 },
    });
    await answered(bench, request);
    expect((await answered(bench, request)).recall).toBe('hit memory');
  });
});

describe('twins', () => {
  test('share one search and one call, and each hears all of it', async () => {
    const bench = benchWith({ model: new ScriptedModel({ byHand: true }) });
    const streams = Array.from({ length: 50 }, () => bench.flow.answer(ask(), idle));
    const answers = Promise.all(streams.map(collect));
    await expect.poll(() => bench.model.calls.length).toBe(1);
    const call = bench.model.calls[0];
    call?.give('Some ');
    await turn();
    const late = collect(bench.flow.answer(ask(), idle));
    await turn();
    call?.give('text [1].');
    call?.finish();
    for (const { text } of [...(await answers), await late]) expect(text).toBe('Some text [1].');
    expect([bench.model.calls.length, bench.searches.length]).toEqual([1, 1]);
    const outcomes = streams.map(({ recall }) => recall.outcome);
    expect(outcomes.filter((outcome) => outcome === 'miss')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'joined')).toHaveLength(49);
  });

  test('go on when the first of them leaves, and end the call when the last does', async () => {
    const bench = benchWith({ model: new ScriptedModel({ byHand: true }) });
    const [first, second] = [new AbortController(), new AbortController()];
    const left = collect(bench.flow.answer(ask(), first.signal));
    const stays = collect(bench.flow.answer(ask(), second.signal));
    await expect.poll(() => bench.model.calls.length).toBe(1);
    const call = bench.model.calls[0];
    call?.give('Some ');
    await turn();
    first.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    expect(call?.signal.aborted).toBe(false);
    second.abort();
    await expect(stays).rejects.toMatchObject({ code: 'aborted' });
    expect(call?.signal.aborted).toBe(true);
  });

  test('all hear of a failure, after which the next one asks anew', async () => {
    const bench = benchWith({ model: new ScriptedModel({ byHand: true }) });
    const both = [1, 2].map(() => collect(bench.flow.answer(ask(), idle)));
    await expect.poll(() => bench.model.calls.length).toBe(1);
    bench.model.calls[0]?.fail();
    for (const failed of both) await expect(failed).rejects.toMatchObject({ code: 'llm_unreachable' });
    const next = collect(bench.flow.answer(ask(), idle));
    await expect.poll(() => bench.model.calls.length).toBe(2);
    bench.model.calls[1]?.finish();
    await next;
  });
});

test('a kept answer can be streamed at a pace', async () => {
  const bench = benchWith({ recall: { replayTokensPerSecond: 100 } });
  bench.model.text = '나래는 문서에서 답을 찾습니다. 😀😀😀 It quotes them [1].';
  await answered(bench, ask());
  const stream = bench.flow.answer(ask(), idle);
  const texts: string[] = [];
  for await (const batch of stream.parts)
    for (const part of batch as AnswerPart[]) if (part.type === 'text-delta') texts.push(part.text);
  expect(texts.length).toBeGreaterThan(2);
  expect(texts.join('')).toBe(bench.model.text);
  for (const text of texts) expect(text).not.toMatch(/\p{Surrogate}/u);
  expect(stream.recall.outcome).toBe('hit');
});

describe('nodes that share a tier and leases', () => {
  /** `count` nodes in front of one model. */
  function nodes(count: number, model: ScriptedModel): AnswerFlow[] {
    const shared = new MapTier();
    const leases = createLocalLeases();
    return Array.from({ length: count }, () => {
      const caches = openCaches({ memoryLimitBytes: 10_000_000 }, { shared });
      return createAnswerFlow({
        registry: model.registry(),
        retriever: new ChangingRetriever(),
        options: defaultAnswerOptions,
        emit: () => {},
        recall: new Recall(caches, defaultRecallOptions, { leases }),
      });
    });
  }

  test('write an answer once, whoever asks where', async () => {
    const model = new ScriptedModel({ byHand: true });
    const flows = nodes(3, model);
    const streams = flows.flatMap((flow) => [1, 2, 3].map(() => flow.answer(ask(), idle)));
    const answers = Promise.all(streams.map(collect));
    await expect.poll(() => model.calls.length).toBe(1);
    model.calls[0]?.give('Once [1].');
    model.calls[0]?.finish();
    for (const { text } of await answers) expect(text).toBe('Once [1].');
    expect(model.calls.length).toBe(1);
    const reasons = streams.map(({ recall }) => `${recall.outcome} ${recall.reason}`);
    expect(reasons.filter((reason) => reason === 'miss new')).toHaveLength(1);
    expect(reasons.filter((reason) => reason === 'joined other-node').length).toBeGreaterThanOrEqual(2);
  });

  test('take over from a node whose call failed', async () => {
    const model = new ScriptedModel({ byHand: true });
    const [one, other] = nodes(2, model) as [AnswerFlow, AnswerFlow];
    const fails = collect(one.answer(ask(), idle));
    await expect.poll(() => model.calls.length).toBe(1);
    const follows = collect(other.answer(ask(), idle));
    await turn();
    model.calls[0]?.fail();
    await expect(fails).rejects.toMatchObject({ code: 'llm_unreachable' });
    await expect.poll(() => model.calls.length).toBe(2);
    model.calls[1]?.give('Here.');
    model.calls[1]?.finish();
    expect((await follows).text).toBe('Here.');
  });

  test('find after a restart what was written before', async () => {
    const model = new ScriptedModel();
    const [before, after] = nodes(2, model) as [AnswerFlow, AnswerFlow];
    await collect(before.answer(ask(), idle));
    await turn();
    const stream = after.answer(ask(), idle);
    await collect(stream);
    expect(stream.recall).toMatchObject({ outcome: 'hit', reason: 'shared' });
    expect(model.calls.length).toBe(1);
  });
});
