import type { Client } from '@langchain/langgraph-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LangGraphServer } from '../support/langgraph-server.js';

let server: LangGraphServer;
let client: Client;
beforeAll(async () => {
  server = await LangGraphServer.start();
  client = server.client();
});
afterAll(() => server.stop());

interface Event {
  readonly id?: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: events of all modes, looked into by each test.
  readonly data: any;
}

const REFUND = { messages: [{ type: 'human', content: 'How long does a refund take?', id: 'q1' }] };
const LEAVE = { messages: [{ role: 'user', content: '연차 휴가는 며칠인가요?' }] };
/** Answers from the documents, without a model. */
const EXTRACTIVE = { configurable: { model: 'extractive' } };
const withModel = (model: string) => ({ configurable: { model, retrieval: false } });
/** Answers a token at a time. */
const MOCK = withModel('mock');
/** The same, for long enough to be seen at it. */
const SLOW = withModel('slow');
/** Answers until it is told not to. */
const ENDLESS = withModel('endless');

async function read(stream: AsyncIterable<unknown>): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of stream) events.push(event as Event);
  return events;
}

function ofMode(events: readonly Event[], name: string): Event['data'][] {
  return events.filter((event) => event.event === name).map(({ data }) => data);
}

function texts(state: { readonly values: unknown }): string[] {
  return (state.values as { messages: { content: string }[] }).messages.map(({ content }) => content);
}

function failure(promise: Promise<unknown>) {
  return promise.then(
    () => ({ status: 200, body: {} }),
    (error: { status: number; text: string }) => ({ status: error.status, body: JSON.parse(error.text) }),
  );
}

test('streams an answer in four modes at once, which agree', async () => {
  const { thread_id: thread } = await client.threads.create();
  const created: unknown[] = [];
  const events = await read(
    client.runs.stream(thread, 'narae', {
      input: REFUND,
      config: EXTRACTIVE,
      streamMode: ['values', 'updates', 'messages-tuple', 'custom'],
      onRunCreated: (run) => created.push(run),
    }),
  );
  expect(events[0]).toMatchObject({ event: 'metadata', data: { thread_id: thread, attempt: 1 } });
  expect(created).toEqual([{ thread_id: thread, run_id: events[0]?.data.run_id }]);
  const final = ofMode(events, 'values').at(-1);
  expect(final.messages).toMatchObject([{ type: 'human', id: 'q1' }, { type: 'ai' }]);
  expect(final.sources[0]).toMatchObject({ source: 'refund.md', n: 1 });
  const pieces = ofMode(events, 'messages');
  expect(pieces.map(([chunk]) => chunk.content).join('')).toBe(final.messages[1].content);
  expect(new Set(pieces.map(([chunk]) => chunk.id))).toEqual(new Set([final.messages[1].id]));
  expect(ofMode(events, 'updates')).toMatchObject([
    { retrieve: { sources: final.sources } },
    { answer: { messages: [final.messages[1]] } },
  ]);
  expect(ofMode(events, 'custom').map(({ type }) => type)).toContain('citations');
  expect(final.messages[1].content).toContain('14 days');
  expect((await client.threads.getState(thread)).values).toEqual(final);
});

test('goes on with a conversation that the page began, and the page with its own', async () => {
  const { id: thread } = await server.threads.create('default', { id: 'thread_page1' });
  const opened = await server.threads.open('default', thread, { holder: 'page' });
  const question = { role: 'user', content: '안녕하세요' } as const;
  const answer = { role: 'assistant', content: '무엇을 도와드릴까요?' } as const;
  const turn = { messages: [question, answer] };
  await server.threads.append('default', thread, turn, { fence: opened!.lease.fence, release: true });
  const before = await client.threads.getState(thread);
  expect(texts(before)).toEqual([question.content, answer.content]);

  const values = await client.runs.wait(thread, 'narae', { input: LEAVE, config: EXTRACTIVE });
  expect(texts({ values })).toMatchObject([
    question.content,
    answer.content,
    '연차 휴가는 며칠인가요?',
    expect.stringContaining('15일'),
  ]);
  // The page finds an ordinary turn.
  const { turns } = await server.threads.load('default', thread);
  expect(turns.at(-1)).toMatchObject({
    parent: 1,
    messages: [{ role: 'user' }, { role: 'assistant', content: expect.stringContaining('15일') }],
    facts: { provider: 'extractive', collection: 'docs' },
  });
  // Ids that were made up stay what they are.
  expect((await client.threads.getState(thread)).values).toMatchObject(values);
});

describe('runs', () => {
  test('in the background: listed, joined, forgotten', async () => {
    const { thread_id: thread } = await client.threads.create();
    const run = await client.runs.create(thread, 'narae', {
      input: REFUND,
      config: SLOW,
      metadata: { who: 'me' },
    });
    expect(run).toMatchObject({ thread_id: thread, metadata: { who: 'me', graph_id: 'narae' } });
    expect((await client.threads.get(thread)).status).toBe('busy');
    const values = await client.runs.join(thread, run.run_id);
    expect(texts({ values })).toHaveLength(2);
    expect(await client.runs.get(thread, run.run_id)).toMatchObject({ status: 'success' });
    expect((await client.runs.list(thread)).map(({ run_id }) => run_id)).toEqual([run.run_id]);
    expect((await client.threads.get(thread)).status).toBe('idle');
    await client.runs.delete(thread, run.run_id);
    expect(await client.runs.list(thread)).toEqual([]);
  });

  test('are cancelled, by themselves and together', async () => {
    const { thread_id: thread } = await client.threads.create();
    const first = await client.runs.create(thread, 'narae', { input: REFUND, config: ENDLESS });
    const second = await client.runs.create(thread, 'narae', { input: LEAVE, config: MOCK });
    await client.runs.cancelMany({ threadId: thread, status: 'pending' });
    await client.runs.cancel(thread, first.run_id, true);
    const [one, two] = await Promise.all(
      [first, second].map(({ run_id }) => client.runs.get(thread, run_id)),
    );
    expect([one?.status, two?.status]).toEqual(['interrupted', 'interrupted']);
  });

  test('go when their last reader leaves, if they were told to', async () => {
    const { thread_id: thread } = await client.threads.create();
    const enough = new AbortController();
    for await (const { event } of client.runs.stream(thread, 'narae', {
      input: REFUND,
      config: ENDLESS,
      streamMode: 'messages-tuple',
      onDisconnect: 'cancel',
      signal: enough.signal,
    }))
      if (event === 'messages') enough.abort();
    const [run] = await client.runs.list(thread);
    await client.runs.join(thread, run!.run_id);
    expect((await client.runs.get(thread, run!.run_id)).status).toBe('interrupted');
  });

  test('without a thread leave none behind', async () => {
    const before = await client.threads.count();
    const values = await client.runs.wait(null, 'narae', { input: REFUND, config: EXTRACTIVE });
    expect(texts({ values })[1]).toContain('14 days');
    const streamed = await read(client.runs.stream(null, 'narae', { input: LEAVE, config: EXTRACTIVE }));
    expect(texts({ values: streamed.at(-1)?.data })[1]).toContain('15일');
    const batch = await client.runs.createBatch([
      { assistantId: 'narae', input: REFUND, config: EXTRACTIVE, multitaskStrategy: 'reject' },
      { assistantId: 'narae', input: LEAVE, config: EXTRACTIVE },
    ]);
    expect(batch).toHaveLength(2);
    await expect.poll(() => client.threads.count()).toBe(before);
  });

  test('meet on one thread as their strategy says', async () => {
    const { thread_id: thread } = await client.threads.create();
    const start = (
      content: string,
      multitaskStrategy: 'reject' | 'enqueue' | 'interrupt' | 'rollback',
      config = MOCK,
    ) => client.runs.create(thread, 'narae', { input: { messages: content }, config, multitaskStrategy });
    const first = await start('one', 'enqueue', SLOW);
    expect(await failure(start('no', 'reject'))).toMatchObject({
      status: 409,
      body: { error: { code: 'thread_busy' } },
    });
    const second = await start('two', 'enqueue');
    await client.runs.join(thread, second.run_id);
    expect((await client.runs.get(thread, first.run_id)).status).toBe('success');
    await start('three', 'enqueue', ENDLESS);
    const last = await start('four', 'rollback');
    const values = await client.runs.join(thread, last.run_id);
    const asked = texts({ values }).filter((_, index) => index % 2 === 0);
    expect(asked).toEqual(['one', 'two', 'four']);
  });
});

describe('streams', () => {
  test('that are cut are taken up again by the client: every event once', async () => {
    const cuts = { count: 0 };
    const broken = server.client('key-of-one', { fetch: cutting(cuts) });
    const { thread_id: thread } = await client.threads.create();
    const modes = ['values', 'messages-tuple'] as const;
    const events = await read(
      broken.runs.stream(thread, 'narae', { input: REFUND, config: MOCK, streamMode: [...modes] }),
    );
    expect(cuts.count).toBeGreaterThan(1);
    const run = events[0]?.data.run_id as string;
    const again = await read(client.runs.joinStream(thread, run, { lastEventId: '-1' }));
    expect(events).toEqual(again);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const text = ofMode(events, 'messages').map(([chunk]) => chunk.content);
    expect(text.join('')).toBe(ofMode(events, 'values').at(-1).messages[1].content);
  });

  test('can be joined late, from an event on, in some modes', async () => {
    const { thread_id: thread } = await client.threads.create();
    const run = await client.runs.create(thread, 'narae', {
      input: REFUND,
      config: MOCK,
      streamMode: ['values', 'messages-tuple', 'messages'],
    });
    const all = await read(client.runs.joinStream(thread, run.run_id));
    const from = all[10] as Event;
    const rest = await read(
      client.runs.joinStream(thread, run.run_id, { lastEventId: from.id!, streamMode: 'values' }),
    );
    expect(rest).toEqual(all.slice(11).filter(({ event }) => event === 'values'));
    const partial = ofMode(all, 'messages/partial').at(-1)[0];
    expect(ofMode(all, 'messages/complete')).toEqual([
      [expect.objectContaining({ content: partial.content })],
    ]);
    const gone = client.runs.joinStream(thread, run.run_id, { lastEventId: '99999' });
    expect(await failure(read(gone))).toMatchObject({
      status: 410,
      body: { error: { code: 'stream_events_gone' } },
    });
  });

  test('say where they are taken up again, to pages of other origins too', async () => {
    const { thread_id: thread } = await client.threads.create();
    const response = await fetch(`${server.url}/threads/${thread}/runs/stream`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer key-of-one',
        'content-type': 'application/json',
        origin: 'https://app.example',
      },
      body: JSON.stringify({ assistant_id: 'narae', input: REFUND, config: EXTRACTIVE }),
    });
    const place = response.headers.get('content-location');
    expect(place).toMatch(new RegExp(`^/threads/${thread}/runs/[0-9a-f-]{36}$`));
    expect(response.headers.get('location')).toBe(`${place}/stream`);
    const exposed = response.headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['location', 'content-location']));
    expect(await response.text()).toMatch(/^event: metadata\ndata: .*\nid: 1\n\n/);
  });
});

describe('states', () => {
  test('are read at every checkpoint, forked from, and answered anew', async () => {
    const { thread_id: thread } = await client.threads.create();
    for (const content of ['one', 'two'])
      await client.runs.wait(thread, 'narae', { input: { messages: content }, config: MOCK });
    const history = await client.threads.getHistory(thread);
    expect(history.map((state) => texts(state).length)).toEqual([4, 3, 2, 1, 0]);
    expect(history.map(({ next }) => next)).toEqual([[], ['retrieve'], [], ['retrieve'], []]);
    expect(history.map(({ parent_checkpoint }) => parent_checkpoint?.checkpoint_id)).toEqual([
      ...history.slice(1).map(({ checkpoint }) => checkpoint.checkpoint_id),
      undefined,
    ]);
    const [newest, asked, afterOne] = history;
    const id = afterOne!.checkpoint.checkpoint_id!;
    expect(texts(await client.threads.getState(thread, id))[0]).toBe('one');
    expect(await client.threads.getState(thread, afterOne!.checkpoint)).toEqual(afterOne);

    await client.runs.wait(thread, 'narae', {
      input: { messages: 'another two' },
      config: MOCK,
      checkpointId: id,
    });
    const forked = await client.threads.getState(thread);
    expect(texts(forked).filter((_, index) => index % 2 === 0)).toEqual(['one', 'another two']);
    // What was forked from is still there.
    expect(texts(await client.threads.getState(thread, newest!.checkpoint))[2]).toBe('two');

    const { checkpoint_id } = asked!.checkpoint;
    await client.runs.wait(thread, 'narae', { input: null, config: MOCK, checkpointId: checkpoint_id! });
    const anew = await client.threads.getState(thread);
    expect(texts(anew).filter((_, index) => index % 2 === 0)).toEqual(['one', 'two']);
    expect(anew.checkpoint.checkpoint_id).not.toBe(newest!.checkpoint.checkpoint_id);
    const page = await client.threads.getHistory(thread, { limit: 2, before: newest as never });
    expect(page).toHaveLength(2);
  });

  test('are changed: a message added, replaced, taken out, and asked about', async () => {
    const { thread_id: thread } = await client.threads.create();
    const update = (values: unknown) => client.threads.updateState(thread, { values } as never);
    await update({
      messages: [
        { type: 'human', content: 'Hello', id: 'a' },
        { type: 'ai', content: 'Hi', id: 'b' },
      ],
    });
    await update({ messages: [{ type: 'ai', content: 'Good day', id: 'b' }] });
    expect(texts(await client.threads.getState(thread))).toEqual(['Hello', 'Good day']);
    await update({ messages: [{ type: 'human', content: 'refund?', id: 'c' }] });
    const waiting = await client.threads.getState(thread);
    expect(waiting.next).toEqual(['retrieve']);
    expect((await client.threads.get(thread)).status).toBe('interrupted');
    await client.runs.wait(thread, 'narae', { input: null, config: EXTRACTIVE });
    expect(texts(await client.threads.getState(thread))).toHaveLength(4);
    await update({ messages: [{ type: 'remove', id: 'a' }] });
    expect(texts(await client.threads.getState(thread))[0]).toBe('Good day');
  });

  test('that do not fit are refused with their field', async () => {
    const { thread_id: thread } = await client.threads.create();
    const cases: [unknown, string, string?][] = [
      [{ messages: [{ type: 'robot', content: 'x' }] }, 'values.messages[0].type'],
      [{ messages: [{ type: 'human', content: 7 }] }, 'values.messages[0].content'],
      [{ sources: [] }, 'values.sources'],
      [{ messages: [{ type: 'remove', id: 'nobody' }] }, 'values.messages[0].id'],
      [{}, 'as_node', 'nowhere'],
    ];
    for (const [values, field, asNode] of cases) {
      const failed = await failure(client.threads.updateState(thread, { values, asNode } as never));
      expect(failed).toMatchObject({ status: 422, body: { error: { code: 'state_invalid', param: field } } });
      expect(failed.body.detail).toContain(field);
    }
  });
});

describe('threads', () => {
  test('are made, found, changed, copied and deleted', async () => {
    const label = `t${Math.random()}`;
    const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
    for (const threadId of ids)
      await client.threads.create({ threadId, metadata: { label }, ifExists: 'do_nothing' });
    expect(await failure(client.threads.create({ threadId: ids[0]! }))).toMatchObject({ status: 409 });
    await client.runs.wait(ids[0]!, 'narae', { input: REFUND, config: EXTRACTIVE });
    const found = await client.threads.search({ metadata: { label } });
    expect(found.map(({ thread_id }) => thread_id)).toEqual(ids);
    expect(await client.threads.count({ metadata: { label } })).toBe(2);
    expect(await client.threads.search({ ids, status: 'busy' })).toEqual([]);
    const named = await client.threads.search({
      ids,
      select: ['thread_id'],
      sortBy: 'thread_id',
      sortOrder: 'desc',
    });
    expect(named).toEqual([{ thread_id: ids[1] }, { thread_id: ids[0] }]);
    const changed = await client.threads.update(ids[1]!, { metadata: { label: 'other' } });
    expect(changed.metadata).toMatchObject({ label: 'other' });
    const copy = await client.threads.copy(ids[0]!);
    expect(copy.thread_id).not.toBe(ids[0]);
    await client.threads.delete(ids[0]!);
    expect(texts(await client.threads.getState(copy.thread_id))).toHaveLength(2);
    expect(await client.threads.prune([copy.thread_id])).toEqual({ pruned_count: 1 });
    expect(await failure(client.threads.get(copy.thread_id))).toMatchObject({ status: 404 });
  });

  test('of another tenant are not there', async () => {
    const other = server.client('key-of-two');
    const { thread_id: thread } = await client.threads.create();
    const run = await client.runs.create(thread, 'narae', { input: REFUND, config: EXTRACTIVE });
    await client.runs.join(thread, run.run_id);
    const attempts = [
      () => other.threads.get(thread),
      () => other.threads.getState(thread),
      () => other.threads.getHistory(thread),
      () => other.threads.updateState(thread, { values: REFUND }),
      () => other.threads.delete(thread),
      () => other.threads.copy(thread),
      () => other.runs.create(thread, 'narae', { input: REFUND }),
      () => other.runs.list(thread),
      () => other.runs.get(thread, run.run_id),
      () => other.runs.join(thread, run.run_id),
      () => other.runs.cancel(thread, run.run_id),
      () => read(other.runs.joinStream(thread, run.run_id)),
      () => read(other.runs.joinStream(null, run.run_id)),
    ];
    for (const attempt of attempts)
      expect(await failure(attempt()), String(attempt)).toMatchObject({ status: 404 });
    expect(await other.threads.search()).toEqual([]);
    expect(await failure(server.client('wrong').threads.search())).toMatchObject({ status: 401 });
    expect(texts(await client.threads.getState(thread))).toHaveLength(2);
  });
});

test('says what is not there and what it does not do, by name', async () => {
  const { thread_id: thread } = await client.threads.create();
  const run = (options: object, graph = 'narae') =>
    client.runs.create(thread, graph, { input: REFUND, ...options });
  const refused: [() => Promise<unknown>, number, string, string?][] = [
    [() => run({}, 'nobody'), 404, 'assistant_not_found', 'assistant_id'],
    [() => client.runs.create('no-such', 'narae', { input: REFUND }), 404, 'thread_not_found', 'thread_id'],
    [() => client.runs.get(thread, 'no-such'), 404, 'run_not_found', 'run_id'],
    [() => client.threads.getState(thread, 'no-such'), 404, 'checkpoint_not_found', 'checkpoint_id'],
    [() => run({ checkpointId: '00000000-0000-8000-8000-0000000000ff' }), 404, 'checkpoint_not_found'],
    [() => run({ input: { messages: [{ type: 'x' }] } }), 422, 'state_invalid', 'input.messages[0].type'],
    [() => run({ config: { configurable: { k: 1000 } } }), 422, 'state_invalid', 'config.configurable.k'],
    [() => run({ webhook: 'https://example.com' }), 422, 'unsupported_option', 'webhook'],
    [() => run({ afterSeconds: 5 }), 422, 'unsupported_option', 'after_seconds'],
    [() => run({ streamMode: 'events' }), 422, 'unsupported_option', 'stream_mode'],
    [() => run({ streamMode: 'debug' }), 422, 'unsupported_option', 'stream_mode'],
    [() => run({ interruptBefore: ['answer'] }), 422, 'unsupported_option', 'interrupt_before'],
    [() => run({ command: { resume: true } }), 422, 'unsupported_option', 'command.resume'],
    [() => client.threads.create({ ttl: 60 }), 422, 'unsupported_option', 'ttl'],
    [
      () => client.threads.prune([thread], { strategy: 'keep_latest' }),
      422,
      'unsupported_option',
      'strategy',
    ],
    [() => client.assistants.create({ graphId: 'narae' }), 422, 'unsupported_option', 'assistant'],
    [() => run({}, 'missing'), 500, 'graph_unavailable'],
    [() => run({}, 'wrong'), 500, 'graph_unavailable'],
  ];
  for (const [attempt, status, code, param] of refused) {
    const failed = await failure(attempt());
    expect(failed, code).toMatchObject({ status, body: { error: { code, ...(param && { param }) } } });
    expect(failed.body.detail).toBe(failed.body.error.message);
    expect(JSON.stringify(failed.body)).not.toMatch(/fixtures|node_modules/);
  }
  // A question that is missing is seen when the run reads its thread.
  await expect(client.runs.wait(thread, 'narae', { input: null })).rejects.toThrow('state_invalid');
});

test('lists a stable assistant for each graph', async () => {
  const all = await client.assistants.search();
  expect(all.map(({ graph_id }) => graph_id)).toEqual(['narae', 'support', 'counter', 'missing', 'wrong']);
  const [narae] = all;
  // As LangGraph's own servers would name it: version 5 of the graph's id.
  expect(narae?.assistant_id).toBe('0101743f-c361-564f-8e97-df6757281348');
  expect(await client.assistants.get(narae!.assistant_id)).toEqual(narae);
  expect(await client.assistants.count({ graphId: 'support' })).toBe(1);
  const drawing = await client.assistants.getGraph('support', { xray: true });
  expect(drawing.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(['look:find', 'ask', 'reply']));
  expect((await client.assistants.getGraph('narae')).edges).toHaveLength(3);
  const schemas = await client.assistants.getSchemas('support');
  expect(Object.keys(schemas.state_schema?.properties ?? {})).toEqual(['messages', 'order', 'approved']);
});

describe('a graph of the user', () => {
  test('waits for a person and goes on with the answer', async () => {
    const { thread_id: thread } = await client.threads.create();
    const modes = ['values', 'updates', 'messages-tuple', 'custom'] as const;
    const input = { messages: [{ type: 'human', content: '환불해 주세요', id: 'h' }] };
    const first = await read(
      client.runs.stream(thread, 'support', { input, streamMode: [...modes], streamSubgraphs: true }),
    );
    expect(first.some(({ event }) => event.startsWith('updates|look:'))).toBe(true);
    expect(ofMode(first, 'custom')).toEqual([{ waitingFor: '주문 17' }]);
    const waiting = await client.threads.get(thread);
    expect(waiting.status).toBe('interrupted');
    expect(Object.values(waiting.interrupts)).toMatchObject([[{ value: '환불할까요? 주문 17' }]]);
    const state = await client.threads.getState(thread);
    expect(state.next).toEqual(['ask']);
    expect(state.tasks[0]?.interrupts[0]?.value).toBe('환불할까요? 주문 17');

    const second = await read(
      client.runs.stream(thread, 'support', { command: { resume: true }, streamMode: [...modes] }),
    );
    const final = ofMode(second, 'values').at(-1);
    expect(final.messages).toMatchObject([
      { type: 'human', id: 'h' },
      { type: 'ai', content: '환불되었습니다.' },
    ]);
    const tokens = ofMode(second, 'messages').map(([chunk]) => chunk.content);
    expect(tokens.join('')).toBe('환불되었습니다.');
    expect((await client.threads.get(thread)).status).toBe('idle');

    // Back to the beginning, and the other answer.
    const history = await client.threads.getHistory(thread);
    const begun = history.find(({ next }) => next[0] === 'look');
    const asked = await client.runs.wait(thread, 'support', { input: null, checkpoint: begun!.checkpoint });
    expect(asked).toMatchObject({ __interrupt__: [{ value: '환불할까요? 주문 17' }] });
    const values = await client.runs.wait(thread, 'support', { command: { resume: false } });
    expect(texts({ values })[1]).toBe('환불하지 않습니다.');
  });

  test('shows its states, takes updates, and is copied and rolled back', async () => {
    const { thread_id: thread } = await client.threads.create();
    const values = await client.runs.wait(thread, 'counter', { input: { count: 6 } });
    expect(values).toEqual({ count: 10 });
    await client.threads.updateState(thread, { values: { count: 2 }, asNode: 'step' });
    expect((await client.threads.getState(thread)).values).toEqual({ count: 12 });
    const misfit = await failure(client.threads.updateState(thread, { values: { colour: 'red' } }));
    expect(misfit).toMatchObject({ status: 422, body: { error: { param: 'values.colour' } } });
    const copy = await client.threads.copy(thread);
    expect((await client.threads.getState(copy.thread_id)).values).toEqual({ count: 12 });
    expect(await client.threads.getHistory(copy.thread_id, { limit: 100 })).toHaveLength(
      (await client.threads.getHistory(thread, { limit: 100 })).length,
    );
    // Never a multiple of ten, so never at its end.
    const endless = { input: { count: 0.5 }, config: { recursion_limit: 10_000 } };
    const run = await client.runs.create(thread, 'counter', endless);
    await expect.poll(async () => (await client.threads.getState(thread)).values).not.toEqual({ count: 12 });
    await client.runs.cancel(thread, run.run_id, true, 'rollback');
    expect((await client.threads.getState(thread)).values).toEqual({ count: 12 });
    expect(await failure(client.runs.get(thread, run.run_id))).toMatchObject({ status: 404 });
    await client.threads.delete(copy.thread_id);
  });

  test('begins anew on a thread whose name was used before', async () => {
    const threadId = 'again-and-again';
    await client.threads.create({ threadId });
    await client.runs.wait(threadId, 'counter', { input: { count: 5 } });
    // As the page deletes conversations: it knows nothing of graphs.
    await server.threads.delete('default', threadId);
    const values = await client.runs.wait(threadId, 'counter', {
      input: { count: 1 },
      ifNotExists: 'create',
    });
    expect(values).toEqual({ count: 10 });
    expect((await client.threads.getHistory(threadId, { limit: 100 })).at(-1)?.metadata).toMatchObject({
      source: 'input',
    });
  });

  test('that fails says so, in the stream and to who waits', async () => {
    const { thread_id: thread } = await client.threads.create();
    const events = await read(
      client.runs.stream(thread, 'counter', { input: { count: 11 }, streamMode: 'updates' }),
    );
    expect(events.at(-1)).toMatchObject({
      event: 'error',
      data: { error: 'graph_failed', message: expect.stringContaining('thirteen') },
    });
    expect((await client.threads.get(thread)).status).toBe('error');
    const waited = client.runs.wait(null, 'counter', { input: { count: 12 } });
    await expect(waited).rejects.toThrow('thirteen');
  });
});

/** Cuts every stream after some events, as a network would. */
function cutting(cuts: { count: number }): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
    const reader = response.body!.getReader();
    let left = 2_000 + Math.random() * 500;
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          if (left <= 0) {
            cuts.count++;
            // An error overtakes what is still in the client's own pipes.
            await new Promise((resolve) => setTimeout(resolve, 30));
            void reader.cancel().catch(() => {});
            return controller.error(new TypeError('network cut'));
          }
          const { done, value } = await reader.read();
          if (done) return controller.close();
          controller.enqueue(value.subarray(0, left));
          left -= value.length;
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { status: response.status, headers: response.headers });
  };
}
