import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { fakeRetriever, PASSAGES, passage } from '../../../test/support/fake-retriever.js';
import { MapTier } from '../../../test/support/map-tier.js';
import { ScriptedModel } from '../../../test/support/scripted-model.js';
import { openCaches } from '../../cache/index.js';
import { BackgroundTasks } from '../../core/index.js';
import type { NaraeEvent } from '../../observe/index.js';
import type { Passage, QueryVector, Retriever, SearchRequest, VectorRequest } from '../../retrieval/spec.js';
import { type Answer, AnswerCollector } from '../collect.js';
import { createAnswerFlow } from '../flow.js';
import { defaultAnswerOptions } from '../options.js';
import type { AnswerFlow, AnswerRequest } from '../spec.js';
import { defaultRecallOptions, defaultSemanticOptions, type SemanticOptions } from './options.js';
import { Recall } from './recall.js';

const idle = new AbortController().signal;
setMaxListeners(1_000, idle);

/** Every question is near every other one: what keeps them apart is everything else. */
class NearRetriever implements Retriever {
  readonly inner = fakeRetriever();
  passages: readonly Passage[] = PASSAGES;
  version = 1;
  mode: 'hybrid' | 'keyword' = 'hybrid';
  embedder = 'e';
  vectors = 0;
  fails = false;

  stateOf(): { version: number; revision: string } {
    return { version: this.version, revision: `docs at ${this.version}` };
  }

  async search(request: SearchRequest) {
    const outcome = await this.inner.search(request);
    const results = request.queries.map(() => this.passages.slice(0, request.k));
    return { ...outcome, mode: this.mode, collectionVersion: this.version, results };
  }

  async queryVector({ collection }: VectorRequest): Promise<QueryVector | undefined> {
    this.vectors++;
    if (this.fails) throw new Error('no vector');
    return { vector: new Float32Array([0.6, 0.8]), embedder: this.embedder, collection: collection.length };
  }
}

interface Bench {
  readonly flow: AnswerFlow;
  readonly model: ScriptedModel;
  readonly retriever: NearRetriever;
  readonly recall: Recall;
  readonly events: NaraeEvent[];
}

/** Short questions are enough here: English ones have to be longer by default. */
const OPTIONS: SemanticOptions = {
  ...defaultSemanticOptions,
  collections: ['docs'],
  reuse: { ...defaultSemanticOptions.reuse, minLikeness: { korean: 0.82, other: 0.9 } },
  shadow: { sampleRate: 0, window: 100 },
};

const drained: BackgroundTasks[] = [];
afterEach(async () => {
  for (const background of drained.splice(0)) await background.drain(100);
});

function benchWith(
  semantic: Partial<SemanticOptions> = {},
  { shared = new MapTier(), model = new ScriptedModel(), perUser = false } = {},
): Bench {
  const retriever = new NearRetriever();
  const events: NaraeEvent[] = [];
  const caches = openCaches({ memoryLimitBytes: 10_000_000 }, { shared });
  const background = new BackgroundTasks({ onFailure: () => {} });
  drained.push(background);
  const options = { ...OPTIONS, ...semantic };
  const recall = new Recall(caches, { ...defaultRecallOptions, perUser, semantic: options }, { background });
  const flow = createAnswerFlow({
    registry: model.registry(),
    retriever,
    options: defaultAnswerOptions,
    emit: (event) => void events.push(event),
    recall,
  });
  return { flow, model, retriever, recall, events };
}

function ask(question: string, extra: Partial<AnswerRequest> = {}): AnswerRequest {
  return {
    requestId: 'req_1',
    tenant: 'default',
    messages: [{ role: 'user', content: question }],
    retrieval: { enabled: true, collection: 'docs', k: 8 },
    parameters: {},
    ...extra,
  };
}

async function answered({ flow }: Pick<Bench, 'flow'>, request: AnswerRequest) {
  const stream = flow.answer(request, idle);
  const collector = new AnswerCollector();
  for await (const batch of stream.parts) for (const part of batch) collector.add(part);
  const answer: Answer = collector.answer();
  return { answer, how: `${stream.recall.outcome} ${stream.recall.reason}` };
}

const KEPT = 'How do I enable the VPN on my laptop?';
const SAME = 'how can I enable the VPN on my laptop';
const KEPT_KO = 'VPN을 켜는 방법을 알려 주세요';
const SAME_KO = 'VPN은 어떻게 켜나요?';

describe('a question that means the same', () => {
  test.each([
    [KEPT, SAME],
    [KEPT_KO, SAME_KO],
  ])('%s | %s: is given the kept answer, as it was, with its own sources', async (kept, same) => {
    const bench = benchWith();
    const first = await answered(bench, ask(kept));
    bench.retriever.version = 2;
    bench.retriever.passages = PASSAGES.toReversed().map((each) => ({ ...each, score: each.score / 2 }));
    const second = await answered(bench, ask(same));
    expect([first.how, second.how]).toEqual(['miss no-candidate', 'semantic same-evidence']);
    expect(second.answer.text).toBe(first.answer.text);
    expect(second.answer.sources).toEqual(
      first.answer.sources.map((each) => ({ ...each, score: each.score / 2 })),
    );
    expect(second.answer.citations).toEqual(first.answer.citations);
    expect(second.answer.search?.collectionVersion).toBe(2);
    expect(second.answer.recall?.likeness).toBeGreaterThan(0.8);
    expect(bench.model.calls.length).toBe(1);
  });

  test.each([
    [KEPT, 'How do I disable the VPN on my laptop?', 'guard:polarity'],
    [KEPT_KO, 'VPN을 끄는 방법을 알려 주세요', 'guard:polarity'],
    ['알림을 켜다', '알림을 끄다', 'guard:polarity'],
    ['Can I carry over 5 days?', 'Can I carry over 6 days?', 'guard:unit'],
  ])('%s | %s: is another question', async (kept, other, guard) => {
    const bench = benchWith();
    await answered(bench, ask(kept));
    expect((await answered(bench, ask(other))).how).toBe(`miss ${guard}`);
    expect(bench.model.calls.length).toBe(2);
    expect(bench.events).toContainEqual({ type: 'answer-reuse-decided', outcome: 'missed', reason: guard });
  });

  test('is answered anew when a passage has changed, its place too', async () => {
    const changes: readonly (readonly Passage[])[] = [
      [passage(1, 'Employees accrue 30 days.', { hash: 'other' }), ...PASSAGES.slice(1)],
      [passage(1, PASSAGES[0]?.text ?? '', { source: 'moved.md' }), ...PASSAGES.slice(1)],
      PASSAGES.slice(1),
      [...PASSAGES, passage(4, 'A fourth.')],
    ];
    for (const passages of changes) {
      const bench = benchWith();
      await answered(bench, ask(KEPT));
      bench.retriever.passages = passages;
      expect((await answered(bench, ask(SAME))).how).toBe('miss evidence-differs');
    }
  });

  test('may differ in later passages under the weaker rule, if what is cited is found', async () => {
    const leading = { ...OPTIONS.reuse, evidence: { kind: 'leading', count: 1 } as const };
    const bench = benchWith({ reuse: leading });
    bench.model.text = 'You have 25 days [1], and certificates last 90 [3].';
    await answered(bench, ask(KEPT));
    bench.retriever.passages = [PASSAGES[0], PASSAGES[2], passage(4, 'A fourth.')] as Passage[];
    const reused = await answered(bench, ask(SAME));
    expect(reused.how).toBe('semantic leading-evidence');
    expect(reused.answer.sources.map(({ id }) => id)).toEqual(PASSAGES.map(({ id }) => id));
    bench.retriever.passages = PASSAGES.slice(0, 2);
    expect((await answered(bench, ask(SAME))).how).toBe('miss evidence-differs');
  });

  test('of which no passage speaks is answered anew', async () => {
    const bench = benchWith();
    bench.retriever.passages = [];
    await answered(bench, ask(KEPT));
    expect((await answered(bench, ask(SAME))).how).toBe('miss new');
    expect(bench.recall.semanticReport()?.questions).toBe(0);
  });

  test('is answered anew without the embedder', async () => {
    const bench = benchWith();
    await answered(bench, ask(KEPT));
    bench.retriever.mode = 'keyword';
    expect((await answered(bench, ask(SAME))).how).toBe('miss new');
    bench.retriever.fails = true;
    expect((await answered(bench, ask(`${SAME}, please`))).how).toBe('miss new');
  });

  test('with a picture beside it is answered anew', async () => {
    const bench = benchWith();
    await answered(bench, ask(KEPT));
    const content = [
      { type: 'text', text: SAME },
      { type: 'image_url', image_url: { url: 'data:' } },
    ];
    const { how } = await answered(bench, ask('', { messages: [{ role: 'user', content }] }));
    expect(how).toBe('miss new');
  });

  test('is never asked after where the very same question is kept, nor where reuse is off', async () => {
    const bench = benchWith();
    await answered(bench, ask(KEPT));
    const asked = bench.retriever.vectors;
    expect((await answered(bench, ask(KEPT))).how).toBe('hit memory');
    expect(bench.retriever.vectors).toBe(asked);
    const off = benchWith({ collections: ['others'], models: ['other'] });
    await answered(off, ask(KEPT));
    expect((await answered(off, ask(SAME))).how).toBe('miss new');
    expect(off.retriever.vectors).toBe(0);
    expect((await answered(off, ask(KEPT, { model: 'other' }))).how).toBe('miss no-candidate');
    expect((await answered(off, ask(SAME, { model: 'other' }))).how).toBe('semantic same-evidence');
  });

  test('is written anew on wish, and its answer may then serve others', async () => {
    const bench = benchWith();
    await answered(bench, ask(KEPT));
    const anew = await answered(bench, ask(SAME, { cache: { read: false } }));
    expect([anew.how, bench.model.calls.length]).toEqual(['bypass force-new', 2]);
    expect(bench.recall.semanticReport()?.questions).toBe(2);
    const unkept = await answered(bench, ask('How do I renew the certificate?', { cache: { store: false } }));
    expect([unkept.how, bench.recall.semanticReport()?.questions]).toEqual(['miss no-store', 2]);
  });

  test('is answered anew when the kept answer is gone, which is then forgotten', async () => {
    const shared = new MapTier();
    const bench = benchWith({}, { shared });
    const caches = openCaches({ memoryLimitBytes: 10_000_000 });
    const recall = new Recall(caches, {
      ...defaultRecallOptions,
      semantic: OPTIONS,
    });
    const flow = createAnswerFlow({
      registry: bench.model.registry(),
      retriever: bench.retriever,
      options: defaultAnswerOptions,
      emit: () => {},
      recall,
    });
    await answered({ flow }, ask(KEPT));
    await caches.invalidate('answer', { tenant: 'default' });
    expect((await answered({ flow }, ask(SAME))).how).toBe('miss no-candidate');
    expect(recall.semanticReport()?.questions).toBe(1);
  });

  test('finds after a restart what has been found by its very question since', async () => {
    const shared = new MapTier();
    const model = new ScriptedModel();
    await answered(benchWith({}, { shared, model }), ask(KEPT));
    // What goes to the shared tier goes behind the answer.
    await new Promise((resolve) => setImmediate(resolve));
    const after = benchWith({}, { shared, model });
    expect((await answered(after, ask(SAME, { cache: { store: false } }))).how).toBe('miss no-store');
    expect((await answered(after, ask(KEPT))).how).toBe('hit shared');
    expect((await answered(after, ask(SAME))).how).toBe('semantic same-evidence');
  });
});

describe('scope and evidence', () => {
  const request = fc.record({
    tenant: fc.constantFrom('a', 'b'),
    model: fc.constantFrom('scripted', 'other'),
    collection: fc.constantFrom('docs', 'notes2'),
    filter: fc.constantFrom(undefined, { language: 'ko' }, { language: 'en' }),
    before: fc.constantFrom<readonly string[]>([], ['Hello'], ['안녕하세요']),
    parameters: fc.constantFrom<AnswerRequest['parameters']>({}, { temperature: 0 }, { user: 'u' }),
    embedder: fc.constantFrom('e', 'f'),
    passages: fc.subarray([...PASSAGES], { minLength: 1 }),
    edited: fc.boolean(),
    wording: fc.constantFrom(KEPT, SAME, 'How do I disable the VPN on my laptop?'),
  });
  type Asking = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

  /** All that must be equal, but the wording. */
  function placeOf({ wording: _wording, passages, edited, ...scope }: Asking): string {
    return JSON.stringify([scope, passages.map(({ id }) => id).toSorted(), edited]);
  }

  test('are never crossed, whatever was asked before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 12 }), async (askings) => {
        const bench = benchWith({ collections: ['*'] }, { perUser: true });
        const { retriever, model } = bench;
        const writtenFor = new Map<string, Asking>();
        for (const [n, asking] of askings.entries()) {
          const { tenant, collection, filter, before, parameters, wording } = asking;
          retriever.embedder = asking.embedder;
          retriever.version = n;
          retriever.passages = asking.passages.map((each) =>
            asking.edited ? { ...each, hash: `${each.hash}!` } : each,
          );
          model.text = `Answer ${n} [1].`;
          const { answer, how } = await answered(
            bench,
            ask(wording, {
              ...{ tenant, parameters, model: asking.model },
              retrieval: { enabled: true, collection, k: 8, ...(filter && { filter }) },
              messages: [...before, wording].map((content) => ({ role: 'user', content })),
            }),
          );
          const origin = writtenFor.get(answer.text);
          if (how.startsWith('semantic')) {
            expect(origin).toBeDefined();
            expect(placeOf(asking)).toBe(placeOf(origin as Asking));
            expect(
              [asking.wording, origin?.wording].filter((each) => each?.includes('disable')),
            ).not.toHaveLength(1);
          } else if (how.startsWith('miss')) writtenFor.set(answer.text, asking);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the shadow', () => {
  const always = { shadow: { sampleRate: 1, window: 100 } };

  test('asks the model after a reused answer is out, compares, counts, and keeps what was paid for', async () => {
    const bench = benchWith(always);
    await answered(bench, ask(KEPT));
    bench.model.text = 'You have 12 days of leave [1].';
    const reused = await answered(bench, ask(SAME));
    expect([reused.how, reused.answer.text]).toEqual([
      'semantic same-evidence',
      'You have 25 days of leave [1].',
    ]);
    await expect.poll(() => bench.recall.semanticReport()?.compared).toBe(1);
    expect(bench.recall.semanticReport()).toMatchObject({
      ...{ hits: 1, falseHits: 1, falseHitRate: 1, interval: { high: 1 } },
      examples: [{ asked: SAME, kept: KEPT }],
    });
    expect(bench.events).toContainEqual({
      type: 'answer-reuse-checked',
      outcome: 'different',
      difference: 'unit',
    });
    const again = await answered(bench, ask(SAME));
    expect([again.how, again.answer.text]).toEqual(['hit memory', bench.model.text]);
    expect(bench.model.calls.length).toBe(2);
  });

  test('runs one model for one question at a time, and at most two', async () => {
    const model = new ScriptedModel({ byHand: true });
    const bench = benchWith(always, { model });
    const first = answered(bench, ask(KEPT));
    await expect.poll(() => model.calls.length).toBe(1);
    model.calls[0]?.give('Here [1].');
    model.calls[0]?.finish();
    await first;
    const wordings = [
      SAME,
      SAME,
      'How to enable the VPN on my laptop?',
      'How do you enable the VPN on my laptop?',
    ];
    const all = await Promise.all(wordings.map((wording) => answered(bench, ask(wording))));
    expect(all.map(({ how }) => how)).toEqual(wordings.map(() => 'semantic same-evidence'));
    await expect.poll(() => model.calls.length).toBe(3);
    for (const call of model.calls.slice(1)) {
      call.give('Here [1].');
      call.finish();
    }
    await expect
      .poll(() => bench.recall.semanticReport())
      .toMatchObject({ hits: 4, compared: 2, falseHits: 0 });
  });

  test('proves nothing where the model fails or another one stands in', async () => {
    for (const ending of ['fail', 'writer', 'length'] as const) {
      const bench = benchWith(always);
      await answered(bench, ask(KEPT));
      bench.model.ending = ending;
      expect((await answered(bench, ask(SAME))).how).toBe('semantic same-evidence');
      const failed = { type: 'answer-reuse-checked', outcome: 'failed' };
      await expect.poll(() => bench.events).toContainEqual(failed);
      expect(bench.recall.semanticReport()?.compared).toBe(0);
    }
  });
});
