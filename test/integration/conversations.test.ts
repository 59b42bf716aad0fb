import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MockLlm, startMockLlm } from '../../dist/lab/index.js';
import {
  allOf,
  ConversationClient,
  cutAndResume,
  type Json,
  partOf,
  type StreamEvent,
  textOf,
} from '../support/conversation-client.js';
import { eventually } from '../support/fault-lab.js';
import { CALM, ENDLESS, mockModels, SLOW } from '../support/mock-models.js';
import { HANDBOOK, type RunningServer, startNaraeServer, temporaryFolder } from '../support/narae.js';

const DOWN = 'mock-cut';
const REFUSED = 'mock-reset';

let mock: MockLlm;
let server: RunningServer;
let dataDir: string;
let client: ConversationClient;

beforeAll(async () => {
  mock = await startMockLlm();
  dataDir = await temporaryFolder();
  await start();
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await mock.close();
});

async function start(): Promise<void> {
  const llm = { models: mockModels(mock, [CALM, SLOW, ENDLESS, DOWN, REFUSED]) };
  const config = { llm, routing: { maxAttempts: 1 } };
  server = await startNaraeServer({ folder: HANDBOOK, dataDir, config });
  client = new ConversationClient(server.url);
}

function ask(question: string, body: object = {}): Promise<StreamEvent[]> {
  return client.ask({ question, model: CALM, ...body });
}

async function threadOf(id: string) {
  return (await client.call('GET', `/chat/threads/${id}`)).body;
}

describe('a stream', () => {
  test('names its thread and run first, then is one answer with rising ids', async () => {
    const { status, headers, events } = await client.open({
      question: 'How long is parental leave?',
      model: CALM,
    });
    const all = await allOf(events);
    expect(status).toBe(200);
    const start = all[0]?.data;
    expect(start).toMatchObject({ type: 'start', model: CALM, cache: { outcome: 'miss' } });
    expect(headers.get('content-location')).toBe(`/chat/stream/${start.run_id}`);
    expect(headers.get('x-narae-cache')).toBe('miss; reason=new');
    expect(all.map(({ id }) => id)).toEqual(all.map((_, index) => index + 1));
    const types = all.map(({ data }) => data.type).filter((type, at, list) => type !== list[at - 1]);
    expect(types.filter((type) => type !== 'citations')).toEqual([
      'start',
      'sources',
      'text-delta',
      'usage',
      'turn',
      'finish',
    ]);
    expect(all.at(-1)?.data).toEqual({ type: 'finish', reason: 'stop' });
    const { thread, turns, runs } = await threadOf(start.thread_id);
    expect(thread).toMatchObject({ title: 'How long is parental leave?', turns: 1, head: 1 });
    expect(turns).toMatchObject([
      {
        sequence: 1,
        parent: 0,
        versions: [1],
        run_id: start.run_id,
        status: 'complete',
        question: 'How long is parental leave?',
        answer: textOf(all),
        model: CALM,
        finish_reason: 'stop',
      },
    ]);
    expect(turns[0].sources.length).toBeGreaterThan(0);
    expect(turns[0].sources[0]).not.toHaveProperty('text');
    expect(runs).toEqual([]);
  });

  test('is one body where nobody wants a stream', async () => {
    const { body } = await client.call('POST', '/chat', { question: '연차는 며칠인가요?', model: CALM });
    expect(body).toMatchObject({ finish_reason: 'stop', turn: { sequence: 1, status: 'complete' } });
    expect((await threadOf(body.thread_id)).turns[0].answer).toBe(body.answer);
  });
});

describe('a thread', () => {
  test('goes on over requests and a restart of the server', async () => {
    const first = await ask('How long is parental leave?');
    const { thread_id } = first[0]?.data ?? {};
    const second = await ask('And who approves it?', { thread_id });
    expect(partOf(second, 'turn')).toMatchObject({ sequence: 2, parent: 1, status: 'complete' });
    expect(await server.stop()).toBe(0);
    await start();
    const third = await ask('Why?', { thread_id });
    expect(partOf(third, 'turn')).toMatchObject({ sequence: 3, parent: 2 });
    const { turns } = await threadOf(thread_id);
    expect(turns.map(({ question }: Json) => question)).toEqual([
      'How long is parental leave?',
      'And who approves it?',
      'Why?',
    ]);
    expect((await client.resume(first[0]?.data.run_id)).status).toBe(410);
  });

  test('gives an answer that is kept to the same conversation, and its turns say so', async () => {
    const questions = ['연차는 며칠인가요?', '그럼 육아휴직은요?'];
    const caches: Json[] = [];
    for (let round = 0; round < 2; round++) {
      let thread_id: string | undefined;
      for (const question of questions) {
        const all = await ask(question, thread_id === undefined ? {} : { thread_id });
        thread_id = all[0]?.data.thread_id;
        caches.push(all[0]?.data.cache);
      }
      const { turns } = await threadOf(thread_id ?? '');
      expect(turns.map(({ cache }: Json) => cache)).toEqual(caches.slice(-2));
    }
    expect(caches.slice(2).map(({ outcome }) => outcome)).toEqual(['hit', 'hit']);
    expect(caches.at(-1)).toHaveProperty('stored_at');
  });

  test('is asked in OpenAI’s dialect too, with or without what was said before', async () => {
    const { body: thread } = await client.call('POST', '/chat/threads', { title: '휴가' });
    const complete = async (messages: object[]) => {
      const body = { model: CALM, messages, narae: { thread_id: thread.id } };
      return (await client.call('POST', '/v1/chat/completions', body)).body;
    };
    const user = (content: string) => ({ role: 'user', content });
    const first = await complete([user('How long is parental leave?')]);
    expect(first.narae).toMatchObject({ thread_id: thread.id });
    const answer = first.choices[0].message;
    await complete([user('How long is parental leave?'), answer, user('Who approves it?')]);
    const { turns } = await threadOf(thread.id);
    expect(turns.map(({ messages }: Json) => messages.length)).toEqual([2, 2]);
    expect(turns[1].question).toBe('Who approves it?');
  });

  test('branches where a question is edited or answered anew, and goes back', async () => {
    const all = await ask('How long is parental leave?');
    const { thread_id } = all[0]?.data ?? {};
    await ask('Who approves it?', { thread_id });
    await ask('Who approves sick leave?', { thread_id, after: 1 });
    await ask('Who approves sick leave?', { thread_id, after: 1, force_new: true });
    const { thread, turns } = await threadOf(thread_id);
    expect(thread).toMatchObject({ head: 4, turns: 2, records: 4 });
    expect(turns.map(({ sequence, versions }: Json) => [sequence, versions])).toEqual([
      [1, [1]],
      [4, [2, 3, 4]],
    ]);
    await ask('Really?', { thread_id, after: 2 });
    const { body: moved } = await client.call('POST', `/chat/threads/${thread_id}/head`, { sequence: 3 });
    expect(moved).toMatchObject({ head: 3, turns: 2 });
    const { body: back } = await client.call('POST', `/chat/threads/${thread_id}/head`, { sequence: 2 });
    expect(back).toMatchObject({ head: 5, turns: 3 });
    const missing = await client.open({ question: 'x?', thread_id, after: 99, model: CALM });
    expect(missing.status).toBe(404);
    expect((await allOf(missing.events))[0]?.data.error.code).toBe('checkpoint_not_found');
  });

  test('is listed, renamed, forked, copied, pruned and deleted', async () => {
    const all = await ask('What must I do before the VPN works?');
    const { thread_id } = all[0]?.data ?? {};
    await ask('Why?', { thread_id });
    const { body: list } = await client.call('GET', '/chat/threads?limit=1');
    expect(list.threads[0]).toMatchObject({ id: thread_id, turns: 2 });
    expect(list.next_cursor).toBeTypeOf('string');
    const { body: renamed } = await client.call('PATCH', `/chat/threads/${thread_id}`, {
      title: 'VPN 설정',
      metadata: { team: 'IT' },
    });
    expect(renamed).toMatchObject({ title: 'VPN 설정', metadata: { team: 'IT' } });
    const { body: fork } = await client.call('POST', `/chat/threads/${thread_id}/fork`, { at: 1 });
    expect(fork).toMatchObject({ turns: 1, head: 1 });
    const { body: copy } = await client.call('POST', `/chat/threads/${thread_id}/copy`);
    expect(copy).toMatchObject({ turns: 2, records: 2 });
    const pruned = await client.call('POST', `/chat/threads/${thread_id}/prune`, { keep_last: 1 });
    expect(pruned.body).toEqual({ removed: 1 });
    expect((await client.call('DELETE', `/chat/threads/${thread_id}`)).body.deleted).toBe(true);
    expect((await client.call('GET', `/chat/threads/${thread_id}`)).status).toBe(404);
  });
});

describe('what is not there', () => {
  test.each([
    ['GET', '/chat/threads/nobody', undefined, 'thread_not_found'],
    ['PATCH', '/chat/threads/nobody', { title: 'x' }, 'thread_not_found'],
    ['DELETE', '/chat/threads/nobody', undefined, 'thread_not_found'],
    ['POST', '/chat/threads/nobody/fork', {}, 'thread_not_found'],
    ['POST', '/chat/threads/nobody/head', { sequence: 1 }, 'thread_not_found'],
    ['GET', '/chat/threads/nobody/runs', undefined, 'thread_not_found'],
    ['POST', '/chat/threads/nobody/runs/none/cancel', {}, 'run_not_found'],
    ['GET', '/chat/stream/none', undefined, 'run_not_found'],
    ['POST', '/chat/stream', { question: 'x?', thread_id: 'nobody' }, 'thread_not_found'],
    ['POST', '/chat', { question: 'x?', model: 'nothing' }, 'model_not_found'],
  ])('%s %s is 404', async (method, path, body, code) => {
    const reply = await client.call(method, path, body);
    expect([reply.status, reply.body.error.code]).toEqual([404, code]);
    expect(reply.body.error.message).toMatch(/nobody|none|nothing/);
  });

  test.each([
    [{}, 'question'],
    [{ question: '  ' }, 'question'],
    [{ question: 'x?', messages: [{ role: 'user', content: 'y?' }] }, 'messages'],
    [{ question: 'x?', multitask_strategy: 'hope' }, 'multitask_strategy'],
    [{ question: 'x?', surprise: 1 }, 'surprise'],
    [{ question: 'x?', parameters: { temperature: 'hot' } }, 'parameters.temperature'],
    [{ question: 'x?', thread_id: '../etc', if_not_exists: 'create' }, 'id'],
  ])('a question that is not one is 400: %j', async (body, field) => {
    const reply = await client.call('POST', '/chat/stream', body);
    expect([reply.status, reply.body.error.param]).toEqual([400, field]);
  });

  test('a place in a stream that is no place', async () => {
    const all = await ask('How long is parental leave?');
    const { run_id } = all[0]?.data ?? {};
    expect((await client.resume(run_id, 'soon')).status).toBe(400);
    expect((await client.resume(run_id, 10_000)).status).toBe(410);
  });
});

describe('an answer that is not whole', () => {
  test('is stored as far as it came, and says so', async () => {
    const all = await ask('How long is parental leave?', { model: DOWN });
    expect(all.at(-1)?.data.type).toBe('error');
    expect(partOf(all, 'turn').status).toBe('failed');
    const { turns } = await threadOf(all[0]?.data.thread_id);
    expect(turns[0]).toMatchObject({ status: 'failed', answer: textOf(all) });
    expect(turns[0].error.code).toMatch(/^llm_/);
  });

  test('leaves its question where nothing came', async () => {
    const { body: thread } = await client.call('POST', '/chat/threads');
    const { events } = await client.open({ question: '연차는?', model: REFUSED, thread_id: thread.id });
    expect((await allOf(events)).at(-1)?.data.error.code).toMatch(/^llm_/);
    const { turns } = await threadOf(thread.id);
    expect(turns).toMatchObject([{ status: 'failed', question: '연차는?', answer: '', sequence: 1 }]);
    const again = await ask('연차는?', { thread_id: thread.id, after: 0 });
    expect(partOf(again, 'turn')).toMatchObject({ sequence: 2, parent: 0, status: 'complete' });
  });

  test('ends at the model’s server when its client drops, unless it is to go on', async () => {
    const drop = async (body: object) => {
      const leaving = new AbortController();
      const { events, run } = await client.open(
        { question: 'How long is parental leave?', model: SLOW, force_new: true, ...body },
        leaving.signal,
      );
      for await (const { data } of events) if (data.type === 'text-delta') break;
      leaving.abort();
      return run;
    };
    const before = mock.stats().disconnects;
    const cancelled = await drop({ model: ENDLESS });
    await eventually(() => mock.stats().disconnects, before + 1);
    const replay = await allOf((await client.resume(cancelled)).events);
    expect(partOf(replay, 'turn').status).toBe('interrupted');
    const { turns } = await threadOf(replay[0]?.data.thread_id);
    expect(turns[0]).toMatchObject({ status: 'interrupted', answer: textOf(replay) });
    expect(textOf(replay)).not.toBe('');

    const going = await drop({ on_disconnect: 'continue' });
    const all = await allOf((await client.resume(going)).events);
    expect(all.at(-1)?.data).toEqual({ type: 'finish', reason: 'stop' });
    expect(mock.stats().disconnects).toBe(before + 1);
    expect((await threadOf(all[0]?.data.thread_id)).turns[0].status).toBe('complete');
  });
});

describe('resuming', () => {
  test('gives every part exactly once, wherever a stream was cut', async () => {
    const cuts = Array.from({ length: 60 }, (_, index) => index);
    await Promise.all(
      cuts.map(async (index) => {
        const question = `Question ${index} about leave?`;
        const seen = await cutAndResume(
          [client, client],
          { question, model: SLOW, on_disconnect: 'continue' },
          index % 23,
        );
        expect(seen.map(({ id }) => id)).toEqual(seen.map((_, at) => at + 1));
        expect(seen.at(-1)?.data.type).toBe('finish');
        const { turns } = await threadOf(seen[0]?.data.thread_id);
        expect(textOf(seen)).toBe(turns[0].answer);
      }),
    );
  });

  test('serves several readers, each from its own place', async () => {
    const { events, run } = await client.open({
      question: 'Who is on call?',
      model: SLOW,
      force_new: true,
    });
    const [all, replay, late] = await Promise.all([
      allOf(events),
      client.resume(run, -1).then((stream) => allOf(stream.events)),
      client.resume(run, 5).then((stream) => allOf(stream.events)),
    ]);
    expect(replay).toEqual(all);
    expect(late).toEqual(all.slice(5));
  });
});

describe('asking twice at once', () => {
  async function running(
    model: string,
  ): Promise<{ thread_id: string; first: Promise<StreamEvent[]>; run: string }> {
    const { body: thread } = await client.call('POST', '/chat/threads');
    const { events, run } = await client.open({
      ...{ question: 'How long is parental leave?', model, force_new: true },
      thread_id: thread.id,
    });
    return { thread_id: thread.id, first: allOf(events), run };
  }

  test('waits its turn', async () => {
    const { thread_id, first, run } = await running(SLOW);
    const live = await threadOf(thread_id);
    expect(live.runs).toMatchObject([
      { id: run, status: 'running', question: 'How long is parental leave?', after: null },
    ]);
    const second = await ask('And sick leave?', { thread_id });
    expect((await first).at(-1)?.data.type).toBe('finish');
    expect(partOf(second, 'turn')).toMatchObject({ sequence: 2, parent: 1 });
  });

  test('is refused', async () => {
    const { thread_id, first } = await running(SLOW);
    const refused = await client.open({ question: 'x?', thread_id, multitask_strategy: 'reject' });
    expect(refused.status).toBe(409);
    expect((await allOf(refused.events))[0]?.data.error.code).toBe('thread_busy');
    await first;
  });

  test('interrupts, keeping what was written', async () => {
    const { thread_id, first } = await running(ENDLESS);
    const second = await ask('And sick leave?', { thread_id, multitask_strategy: 'interrupt' });
    expect((await first).at(-1)?.data).toMatchObject({ type: 'error', error: { code: 'aborted' } });
    expect(partOf(second, 'turn')).toMatchObject({ sequence: 2, parent: 1 });
    expect((await threadOf(thread_id)).turns[0].status).toBe('interrupted');
  });

  test('undoes', async () => {
    const { thread_id, first } = await running(ENDLESS);
    const second = await ask('And sick leave?', { thread_id, multitask_strategy: 'rollback' });
    await first;
    expect(partOf(second, 'turn').parent).toBe(0);
    const { turns } = await threadOf(thread_id);
    expect(turns.map(({ question }: Json) => question)).toEqual(['And sick leave?']);
  });

  test('is stopped by name', async () => {
    const { thread_id, first, run } = await running(ENDLESS);
    const path = `/chat/threads/${thread_id}/runs/${run}/cancel`;
    expect((await client.call('POST', path, { wait: true })).body).toEqual({ run_id: run, cancelled: true });
    expect((await first).at(-1)?.data.error.code).toBe('aborted');
    const { body } = await client.call('GET', `/chat/threads/${thread_id}/runs`);
    expect(body.runs).toMatchObject([{ id: run, status: 'interrupted' }]);
  });
});
