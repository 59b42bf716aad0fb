import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeRetriever } from '../../../test/support/fake-retriever.js';
import { ScriptedModel } from '../../../test/support/scripted-model.js';
import { TempFolder } from '../../../test/support/temp-folder.js';
import { BackgroundTasks, NaraeError } from '../../core/index.js';
import type { LlmRegistry } from '../../llm/index.js';
import { openConversations } from '../../threads/index.js';
import { createAnswerFlow } from '../flow.js';
import { type AnswerOptions, defaultAnswerOptions } from '../options.js';
import type { AnswerRequest } from '../spec.js';
import type { ConversationOptions } from './options.js';
import { RUN_PART_CODEC } from './part-codec.js';
import { ConversationService } from './service.js';
import type { RunPart, ThreadQuestion } from './spec.js';
import { Summaries } from './summaries.js';
import { titleOf } from './title.js';

const TENANT = 't';
let folder: TempFolder;
let closing: (() => Promise<void>)[];
beforeEach(() => {
  folder = new TempFolder();
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  folder.remove();
});

interface Settings {
  readonly model?: ScriptedModel;
  readonly answer?: Partial<AnswerOptions>;
  readonly conversation?: Partial<ConversationOptions>;
}

async function service({ model = new ScriptedModel(), answer, conversation }: Settings = {}) {
  const opened = await openConversations<RunPart>({
    store: { kind: 'embedded', dataDir: folder.path },
    codec: RUN_PART_CODEC,
  });
  const failures: unknown[] = [];
  const background = new BackgroundTasks({ onFailure: (_, error) => failures.push(error) });
  closing.push(opened.close, () => background.drain(1_000));
  const retriever = fakeRetriever();
  const registry: LlmRegistry = model.registry();
  const options: ConversationOptions = { historyTurns: 10, historyPolicy: 'drop', ...conversation };
  const { threads, runs } = opened;
  const flow = createAnswerFlow({
    ...{ registry, retriever, emit: () => {} },
    options: { ...defaultAnswerOptions, ...answer },
  });
  const summaries = new Summaries(registry, threads, options.historyTurns);
  const asked = new ConversationService({ flow, threads, runs, options, background, summaries });
  return { asked, threads, runs, model, background, searches: retriever.requests, failures };
}

function questionOf(content: string, extra: Partial<ThreadQuestion> = {}): ThreadQuestion {
  const request: AnswerRequest = {
    requestId: 'req_1',
    tenant: TENANT,
    messages: [{ role: 'user', content }],
    retrieval: { enabled: true, collection: 'docs', k: 3 },
    parameters: {},
  };
  return { request, ...extra };
}

type Service = Awaited<ReturnType<typeof service>>;

/** Asks and reads to the end; gives what was told. */
async function told(
  { asked }: Service,
  question: ThreadQuestion,
): Promise<{ thread: string; parts: RunPart[] }> {
  const { run, events } = await asked.ask(question);
  const parts: RunPart[] = [];
  for await (const batch of events('continue')) parts.push(...batch.map(({ part }) => part));
  return { thread: run.thread, parts };
}

describe('an answer on a thread', () => {
  test('is stored before its end is told', async () => {
    const own = await service();
    const { run, events } = await own.asked.ask(questionOf('How much leave is there?'));
    let storedAtFinish = 0;
    for await (const batch of events('continue'))
      for (const { part } of batch)
        if (part.type === 'finish') storedAtFinish = (await own.threads.load(TENANT, run.thread)).info.turns;
    expect(storedAtFinish).toBe(1);
  });

  test('is written from the turns before it, up to the one that is named', async () => {
    const own = await service();
    const { thread } = await told(own, questionOf('How much leave is there?'));
    await told(own, questionOf('Who approves travel costs?', { thread }));
    await told(own, questionOf('Where is the Seoul office?', { thread, after: 1 }));
    const shown = own.model.calls.at(-1)?.request.messages.map(({ role }) => role);
    expect(shown).toEqual(['system', 'user', 'assistant', 'user']);
    expect(JSON.stringify(own.model.calls.at(-1)?.request.messages)).not.toContain('travel costs');
    await told(own, questionOf('How do I start?', { thread, after: 0 }));
    expect(own.model.calls.at(-1)?.request.messages).toHaveLength(2);
  });

  test('begins to search before its thread is loaded, unless the question leans on it', async () => {
    const own = await service();
    const { thread } = await told(own, questionOf('육아휴직은 며칠인가요?'));
    const open = own.threads.open.bind(own.threads);
    // Nothing is loaded before a search has begun: a search that waited for the thread would never begin.
    own.threads.open = async (...place) => {
      await expect.poll(() => own.searches.length).toBe(2);
      return open(...place);
    };
    await told(own, questionOf('환불 규정이 뭐예요?', { thread }));
    expect(own.searches.map(({ queries }) => queries[0])).toEqual([
      '육아휴직은 며칠인가요?',
      '환불 규정이 뭐예요?',
    ]);
    own.threads.open = open;
    await told(own, questionOf('왜요?', { thread }));
    expect(own.searches.at(-1)?.queries).toEqual(['환불 규정이 뭐예요?\n왜요?']);
  });

  test('that breaks off is kept as far as it came, and its question is not shown where nothing came', async () => {
    const model = new ScriptedModel();
    const own = await service({ model });
    model.ending = 'fail';
    const { thread, parts } = await told(own, questionOf('How much leave is there?')).catch(() => ({
      thread: '',
      parts: [],
    }));
    expect(parts).toEqual([]);
    const { items } = await own.threads.list(TENANT, { limit: 1 });
    const [turn] = (await own.threads.load(TENANT, items[0]?.id ?? thread)).turns;
    expect(turn?.messages.at(-1)).toMatchObject({ role: 'assistant', content: model.text });
    expect(turn?.facts?.extra?.answer).toMatchObject({ status: 'failed' });
  });

  test('is cancelled while it waits for its turn, and leaves nothing running', async () => {
    const model = new ScriptedModel({ byHand: true });
    const own = await service({ model });
    const first = await own.asked.ask(questionOf('How much leave is there?'));
    const thread = first.run.thread;
    const second = await own.asked.ask(questionOf('Where is the Seoul office?', { thread }));
    await own.runs.cancel(TENANT, thread, second.run.id, { wait: true });
    model.calls[0]?.give('25 days.');
    model.calls[0]?.finish();
    for await (const _ of first.events('continue'));
    expect(model.calls).toHaveLength(1);
    expect((await own.runs.get(TENANT, thread, second.run.id)).status).toBe('interrupted');
    expect((await own.threads.load(TENANT, thread)).info.turns).toBe(1);
  });

  test('is refused before it has a place, where the question is none', async () => {
    const own = await service();
    await expect(own.asked.ask(questionOf(' '))).rejects.toMatchObject({ code: 'empty_question' });
    await expect(own.asked.ask(questionOf('x?', { thread: 'nobody' }))).rejects.toMatchObject({
      code: 'thread_not_found',
    });
    expect((await own.threads.list(TENANT, { limit: 10 })).items).toEqual([]);
    expect(own.model.calls).toEqual([]);
  });
});

describe('what a model is not shown any more', () => {
  test('is summed up in the background, and told in few words', async () => {
    const own = await service({ conversation: { historyTurns: 2, historyPolicy: 'summarise' } });
    const { thread } = await told(own, questionOf('Question 1 about leave?'));
    for (const n of [2, 3, 4]) await told(own, questionOf(`Question ${n} about leave?`, { thread }));
    await own.background.drain(2_000);
    expect(own.failures).toEqual([]);
    const { summary } = (await own.threads.load(TENANT, thread)).info;
    expect(summary).toEqual({ text: own.model.text, through: 2 });
    await told(own, questionOf('Question 5 about leave?', { thread }));
    const prompt = own.model.calls.at(-1)?.request.messages ?? [];
    expect(prompt[0]?.content).toContain(`What was said in this conversation before:\n${own.model.text}`);
    const users = prompt.filter(({ role }) => role === 'user').map(({ content }) => String(content));
    expect(users.map((text) => /Question \d/.exec(text)?.[0])).toEqual([
      'Question 3',
      'Question 4',
      'Question 5',
    ]);
  });
});

describe('a follow-up question', () => {
  async function searchedFor(
    model: ScriptedModel,
    answer: Partial<AnswerOptions>,
  ): Promise<string | undefined> {
    const own = await service({ model, answer });
    const { thread } = await told(own, questionOf('How much leave is there?'));
    model.text = 'How much leave do contractors get?';
    await told(own, questionOf('And contractors?', { thread }));
    return own.searches.at(-1)?.queries[0];
  }

  test('is completed by the model where that is configured', async () => {
    const query = await searchedFor(new ScriptedModel(), { followUps: 'llm' });
    expect(query).toBe('How much leave do contractors get?');
  });

  test('is left to the rules where the model fails or says too much', async () => {
    const talker = new ScriptedModel();
    const own = await service({ model: talker, answer: { followUps: 'llm' } });
    const { thread } = await told(own, questionOf('How much leave is there?'));
    talker.text = 'Well.\nThat depends.';
    await told(own, questionOf('And contractors?', { thread }));
    expect(own.searches.at(-1)?.queries[0]).toBe('How much leave is there?\nAnd contractors?');
  });

  test('is searched for as it is where that is wanted', async () => {
    expect(await searchedFor(new ScriptedModel(), { followUps: 'off' })).toBe('And contractors?');
  });
});

test('errors go to other nodes and come back', () => {
  const part: RunPart = { type: 'error', error: new NaraeError('aborted') };
  const sent = JSON.parse(JSON.stringify(RUN_PART_CODEC.encode?.(part)));
  expect(RUN_PART_CODEC.decode?.(sent)).toMatchObject({ type: 'error', error: { code: 'aborted' } });
});

test('a title is the question, cut between words', () => {
  const titleFor = (content: string) => titleOf([{ role: 'user', content }]);
  expect(titleFor(' 연차는\n며칠인가요? ')).toBe('연차는 며칠인가요?');
  const long = titleFor(`What happens ${'when it rains '.repeat(20)}?`);
  expect([...long].length).toBeLessThanOrEqual(81);
  expect(long).toMatch(/\w…$/);
});
