import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type {
  Conversations,
  LostTurn,
  RunContext,
  RunEvent,
  RunRequest,
  RunsOptions,
} from '../../dist/threads/index.js';
import { CLUSTERS, type Cluster } from '../support/run-nodes.js';

const said = (text: string) => ({
  messages: [
    { role: 'user' as const, content: text },
    { role: 'assistant' as const, content: `${text}!` },
  ],
});

const asked = (text: string): LostTurn => ({
  messages: [{ role: 'user', content: text }],
  facts: { extra: { note: 'lost' } },
});

describe.each(Object.entries(CLUSTERS))('runs, %s', (_, start) => {
  let cluster: Cluster;
  const nodes: Conversations<string>[] = [];
  let ids = 0;
  const newThread = (): string => `runs-${++ids}`;
  const node = async (options?: RunsOptions): Promise<Conversations<string>> => {
    const opened = await cluster.node(options);
    nodes.push(opened);
    return opened;
  };
  beforeAll(async () => {
    cluster = await start();
  });
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((opened) => opened.close()));
  });
  afterAll(() => cluster.stop());

  /** Writes its parts and stores its turn, as an answer does. */
  const answering =
    ({ threads }: Conversations<string>, text: string, parts: readonly string[] = [text]) =>
    async ({ thread, lease, run, write }: RunContext<string>): Promise<void> => {
      for (const part of parts) {
        write([part]);
        await Promise.resolve();
      }
      await threads.append('t', thread, { ...said(text), run }, { fence: lease.fence });
    };
  const endless = ({ signal, write }: RunContext<string>): Promise<void> => {
    write(['begun']);
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  };
  const request = (
    thread: string,
    execute: RunRequest<string>['execute'],
    more: Partial<RunRequest<string>> = {},
  ): RunRequest<string> => ({ tenant: 't', thread, createThread: {}, execute, ...more });
  const texts = async ({ threads }: Conversations<string>, thread: string): Promise<unknown[]> =>
    (await threads.load('t', thread)).turns.map(({ messages }) => messages[0]?.content);
  const read = async (
    { runs }: Conversations<string>,
    thread: string,
    run: string,
    after = 0,
  ): Promise<RunEvent<string>[]> => {
    const events: RunEvent<string>[] = [];
    for await (const batch of runs.stream('t', thread, run, { after })) events.push(...batch);
    return events;
  };
  const until = (ask: () => Promise<boolean>): Promise<void> => expect.poll(ask).toBe(true);
  const status = async ({ runs }: Conversations<string>, thread: string, run: string): Promise<string> =>
    (await runs.get('t', thread, run)).status;

  it('write their parts for all readers, and their turn into the thread', async () => {
    const here = await node();
    const thread = newThread();
    const parts = ['가', 'b', '다'];
    const run = await here.runs.create(
      request(thread, answering(here, '질문', parts), { metadata: { k: 1 } }),
    );
    expect(run).toMatchObject({ thread, status: 'pending', strategy: 'enqueue', metadata: { k: 1 } });
    const all = parts.map((part, at) => ({ id: at + 1, part }));
    const readers = [0, 0, 2, 3].map((after) => read(here, thread, run.id, after));
    const [first, second, third, fourth] = await Promise.all(readers);
    expect([first, second, third, fourth]).toEqual([all, all, all.slice(2), []]);
    const ended = await here.runs.wait('t', thread, run.id);
    expect(ended).toMatchObject({ ...run, status: 'success', endedAtMs: expect.any(Number) });
    expect(await here.runs.get('t', thread, run.id)).toEqual(ended);
    expect(await here.runs.find('t', run.id)).toEqual(ended);
    expect(await here.runs.list('t', thread)).toEqual([ended]);
    expect(await read(here, thread, run.id, 1)).toEqual(all.slice(1));
    expect((await here.threads.load('t', thread)).turns).toMatchObject([{ run: run.id }]);
    await here.runs.delete('t', thread, run.id);
    await expect(here.runs.get('t', thread, run.id)).rejects.toMatchObject({ code: 'run_not_found' });
  });

  it('carry small facts only', async () => {
    const here = await node();
    const thread = newThread();
    const metadata = { note: '나래'.repeat(12_000) };
    await expect(here.runs.create(request(thread, endless, { metadata }))).rejects.toMatchObject({
      code: 'state_invalid',
      field: 'metadata',
    });
    await expect(here.threads.load('t', thread)).rejects.toMatchObject({ code: 'thread_not_found' });
  });

  it('are unknown to other tenants and on other threads', async () => {
    const here = await node();
    const thread = newThread();
    const { id } = await here.runs.create(request(thread, answering(here, 'x')));
    await here.runs.wait('t', thread, id);
    const gone = { code: 'run_not_found', status: 404 };
    for (const [tenant, place] of [
      ['u', thread],
      ['t', 'elsewhere'],
    ] as const) {
      await expect(here.runs.get(tenant, place, id)).rejects.toMatchObject(gone);
      await expect(here.runs.cancel(tenant, place, id)).rejects.toMatchObject(gone);
      await expect(here.runs.wait(tenant, place, id)).rejects.toMatchObject(gone);
      await expect(here.runs.stream(tenant, place, id)[Symbol.asyncIterator]().next()).rejects.toMatchObject(
        gone,
      );
    }
    await expect(here.runs.find('u', id)).rejects.toMatchObject(gone);
    const { createThread: _no, ...plain } = request('nowhere', answering(here, 'x'));
    await expect(here.runs.create(plain)).rejects.toMatchObject({ code: 'thread_not_found' });
  });

  it('wait for their turn, on every node', async () => {
    const [one, two] = [await node(), await node()];
    const thread = newThread();
    const made = [];
    for (let n = 0; n < 6; n++) {
      const at = n % 2 === 0 ? one : two;
      made.push(await at.runs.create(request(thread, answering(at, `q${n}`))));
    }
    for (const { id } of made) expect((await one.runs.wait('t', thread, id)).status).toBe('success');
    expect(await texts(one, thread)).toEqual(['q0', 'q1', 'q2', 'q3', 'q4', 'q5']);
    expect((await two.runs.list('t', thread, { limit: 2, offset: 1 })).map(({ id }) => id)).toEqual([
      made[4]?.id,
      made[3]?.id,
    ]);
  });

  it('reject, when asked to or when too many wait', async () => {
    const here = await node({ maxWaitingRuns: 2 });
    const thread = newThread();
    await here.runs.create(request(thread, endless));
    await expect(here.runs.create(request(thread, endless, { strategy: 'reject' }))).rejects.toMatchObject({
      code: 'thread_busy',
      status: 409,
    });
    await here.runs.create(request(thread, endless));
    await here.runs.create(request(thread, endless));
    await expect(here.runs.create(request(thread, endless))).rejects.toMatchObject({ code: 'thread_busy' });
  });

  it.each(['interrupt', 'rollback'] as const)('push others aside: %s', async (strategy) => {
    const [one, two] = [await node(), await node()];
    const thread = newThread();
    const kept = await one.runs.create(request(thread, answering(one, 'kept')));
    await one.runs.wait('t', thread, kept.id);
    const undone: unknown[] = [];
    const first = await one.runs.create(
      request(
        thread,
        async (context) => {
          await answering(one, 'half')(context);
          await endless(context);
        },
        {
          // Still under the lease, and before the next run begins.
          undo: async ({ lease }) => {
            await one.threads.moveHead('t', thread, 1, { fence: lease.fence });
            undone.push(await texts(one, thread));
          },
        },
      ),
    );
    await until(async () => (await texts(one, thread)).length === 2);
    const last = await two.runs.create(request(thread, answering(two, 'last'), { strategy }));
    expect((await two.runs.wait('t', thread, last.id)).status).toBe('success');
    expect(undone).toEqual(strategy === 'rollback' ? [['kept']] : []);
    if (strategy === 'interrupt') {
      expect(await status(one, thread, first.id)).toBe('interrupted');
      expect(await texts(one, thread)).toEqual(['kept', 'half', 'last']);
    } else {
      await expect(one.runs.get('t', thread, first.id)).rejects.toMatchObject({ code: 'run_not_found' });
      expect(await texts(one, thread)).toEqual(['kept', 'last']);
    }
  });

  it('fail, time out and are cancelled, each told apart', async () => {
    const [here, there] = [await node(), await node()];
    const thread = newThread();
    const failing = await here.runs.create(
      request(thread, async ({ write }) => {
        write(['so far']);
        await sleep(1);
        throw new Error('broken');
      }),
    );
    const events: string[] = [];
    const heard = (async () => {
      for await (const batch of here.runs.stream('t', thread, failing.id))
        events.push(...batch.map(({ part }) => part));
    })();
    await expect(heard).rejects.toMatchObject({ code: 'internal' });
    expect(events).toEqual(['so far']);
    expect(await here.runs.wait('t', thread, failing.id)).toMatchObject({
      status: 'error',
      error: { code: 'internal' },
    });

    const slow = await here.runs.create(request(thread, endless, { timeoutMs: 30 }));
    expect(await here.runs.wait('t', thread, slow.id)).toMatchObject({
      status: 'timeout',
      error: { code: 'deadline_exceeded', message: expect.stringContaining('0.03 s') },
    });

    const running = await here.runs.create(request(thread, endless));
    const waiting = await here.runs.create(request(thread, answering(here, 'never')));
    await until(async () => (await status(here, thread, running.id)) === 'running');
    await expect(here.runs.delete('t', thread, running.id)).rejects.toMatchObject({ code: 'thread_busy' });
    await there.runs.cancel('t', thread, waiting.id, { wait: true });
    await there.runs.cancel('t', thread, running.id, { wait: true });
    expect(await status(here, thread, waiting.id)).toBe('interrupted');
    expect(await status(here, thread, running.id)).toBe('interrupted');
    await here.runs.cancel('t', thread, running.id);
    expect(await texts(here, thread)).toEqual([]);
  });

  it('go on without their reader, or are cancelled with the last one', async () => {
    const here = await node();
    const thread = newThread();
    const left = async (onDisconnect: 'continue' | 'cancel', run: string): Promise<void> => {
      for await (const batch of here.runs.stream('t', thread, run, { onDisconnect }))
        if (batch.length > 0) break;
    };
    const { id } = await here.runs.create(request(thread, endless));
    await left('continue', id);
    const other = here.runs.stream('t', thread, id)[Symbol.asyncIterator]();
    await other.next();
    await left('cancel', id);
    await sleep(30);
    expect(await status(here, thread, id)).toBe('running');
    await other.return?.();
    await left('cancel', id);
    expect((await here.runs.wait('t', thread, id)).status).toBe('interrupted');
  });

  it('keep their readers apart: a slow one loses only what was dropped', async () => {
    const here = await node({ maxEvents: 50 });
    const thread = newThread();
    let go = (): void => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { id } = await here.runs.create(
      request(thread, async ({ write }) => {
        for (let n = 1; n <= 40; n++) write([`p${n}`]);
        await gate;
        for (let n = 41; n <= 100; n++) {
          write([`p${n}`]);
          await turn();
        }
      }),
    );
    const slow = here.runs.stream('t', thread, id)[Symbol.asyncIterator]();
    expect((await slow.next()).value?.[0]).toEqual({ id: 1, part: 'p1' });
    const quick: RunEvent<string>[] = [];
    for await (const batch of here.runs.stream('t', thread, id)) {
      quick.push(...batch);
      if (quick.length === 40) go();
    }
    expect(quick.map((event) => event.id)).toEqual(Array.from({ length: 100 }, (__, at) => at + 1));
    await here.runs.wait('t', thread, id);
    expect(await read(here, thread, id, 50)).toHaveLength(50);
    const gone = { code: 'stream_events_gone', status: 410 };
    await expect(read(here, thread, id, 49)).rejects.toMatchObject(gone);
    await expect(read(here, thread, id, 101)).rejects.toMatchObject(gone);
    await expect(slow.next()).rejects.toMatchObject(gone);
  });

  it('can be read on another node, from any event on', async () => {
    const [here, there] = [await node(), await node()];
    const thread = newThread();
    const { id } = await here.runs.create(
      request(thread, async ({ write }) => {
        for (let n = 1; n <= 60; n++) {
          write([`조각 ${n}`, `part ${n}`]);
          if (n % 7 === 0) await sleep(2);
        }
      }),
    );
    if (!cluster.sharesStreams) {
      await expect(read(there, thread, id)).rejects.toMatchObject({ code: 'stream_events_gone' });
      return;
    }
    const all = await read(here, thread, id);
    expect(all).toHaveLength(120);
    for (const after of [0, 1, 59, 119, 120])
      expect(await read(there, thread, id, after)).toEqual(all.slice(after));
    const failing = await here.runs.create(
      request(thread, async ({ write }) => {
        write(['a']);
        throw new Error('broken');
      }),
    );
    await expect(read(there, thread, failing.id)).rejects.toMatchObject({ code: 'internal' });
  });

  it('reach every reader once, however often it is cut off', async () => {
    const at = cluster.sharesStreams ? [await node(), await node()] : [await node()];
    const thread = newThread();
    const { id } = await at[0]!.runs.create(
      request(thread, async ({ write }) => {
        for (let n = 0; n < 200; n++) {
          write([`${n}a`, `${n}나`]);
          if (n % 3 === 0) await turn();
        }
      }),
    );
    /** Reads until it is cut, again and again, on one node after another. */
    const persistent = async (reader: number): Promise<RunEvent<string>[]> => {
      const events: RunEvent<string>[] = [];
      for (let visit = 0; ; visit++) {
        const { runs } = at[(reader + visit) % at.length]!;
        let left = 1 + ((reader * 7 + visit * 13) % 90);
        let isCut = false;
        for await (const batch of runs.stream('t', thread, id, { after: events.at(-1)?.id ?? 0 })) {
          // What was on the wire when it was cut is lost: it resumes after what it has.
          events.push(...batch.slice(0, left));
          left -= batch.length;
          isCut = left <= 0;
          if (isCut) break;
        }
        if (!isCut) return events;
      }
    };
    const all = Array.from({ length: 400 }, (__, n) => ({
      id: n + 1,
      part: `${n >> 1}${n % 2 ? '나' : 'a'}`,
    }));
    const found = await Promise.all(Array.from({ length: 60 }, (__, reader) => persistent(reader)));
    for (const events of found) expect(events).toEqual(all);
  });

  it('of a process that died are ended as failed, and their thread goes on', async () => {
    const here = await node({ leaseMs: 300 });
    const thread = newThread();
    await here.threads.create('t', { id: thread });
    await cluster.deadRun(thread, 'run_dead', 300);
    const next = await here.runs.create(request(thread, answering(here, 'next')));
    expect((await here.runs.wait('t', thread, next.id)).status).toBe('success');
    const dead = await here.runs.get('t', thread, 'run_dead');
    expect(dead).toMatchObject({ status: 'error', error: { code: 'run_failed' } });
    expect(dead.error?.message).toContain('run_dead');

    const other = newThread();
    await cluster.deadRun(other, 'run_dead_2', 100);
    expect((await here.runs.wait('t', other, 'run_dead_2')).status).toBe('error');
    expect(await here.runs.sweep()).toBe(0);
  });

  it('of a process that died leave behind what was asked, once, before the next run begins', async () => {
    const here = await node({ leaseMs: 300 });
    const thread = newThread();
    await here.threads.create('t', { id: thread });
    await cluster.deadRun(thread, 'run_lost_1', 300, asked('첫 질문'));
    await cluster.deadRun(thread, 'run_lost_2', 300, asked('the second'));
    let seen: unknown[] = [];
    const looking = async (context: RunContext<string>): Promise<void> => {
      seen = context.state.turns.map(({ run, messages }) => [run, messages[0]?.content]);
      await answering(here, 'next')(context);
    };
    const next = await here.runs.create(request(thread, looking, { ifLost: asked('next') }));
    expect((await here.runs.wait('t', thread, next.id)).status).toBe('success');
    expect(seen).toEqual([
      ['run_lost_1', '첫 질문'],
      ['run_lost_2', 'the second'],
    ]);
    await here.runs.sweep();
    await sleep(500);
    expect(await texts(here, thread)).toEqual(['첫 질문', 'the second', 'next']);
    const { turns } = await here.threads.load('t', thread);
    expect(turns[0]).toMatchObject({ facts: { extra: { note: 'lost' } } });
  });

  it('of a process that died leave behind what was asked, also where nobody asks again', async () => {
    const [here, there] = [await node({ leaseMs: 200 }), await node({ leaseMs: 200 })];
    const thread = newThread();
    const kept = await here.runs.create(request(thread, answering(here, 'kept')));
    await here.runs.wait('t', thread, kept.id);
    const more = await here.runs.create(request(thread, answering(here, 'more')));
    await here.runs.wait('t', thread, more.id);
    // The second question was edited: it goes on from the first turn.
    await cluster.deadRun(thread, 'run_edit', 100, { ...asked('edited'), after: 1 });
    const gone = newThread();
    await cluster.deadRun(gone, 'run_gone', 100, asked('on a thread that is not there'));
    await until(
      async () =>
        (await texts(there, thread)).length === 2 && (await status(here, thread, 'run_edit')) === 'error',
    );
    await until(async () => (await texts(there, thread)).includes('edited'));
    await sleep(400);
    expect(await texts(here, thread)).toEqual(['kept', 'edited']);
    expect((await here.threads.load('t', thread)).info.records).toBe(3);
    await until(async () => (await status(here, gone, 'run_gone')) === 'error');
    await expect(here.threads.load('t', gone)).rejects.toMatchObject({ code: 'thread_not_found' });
  });

  it('that end by themselves leave nothing behind, nor do those whose turn is stored', async () => {
    const here = await node({ leaseMs: 200 });
    const thread = newThread();
    const ends: RunRequest<string>['execute'][] = [
      answering(here, 'told'),
      async () => {
        throw new Error('broken');
      },
      async () => {},
    ];
    for (const execute of ends) {
      const { id } = await here.runs.create(request(thread, execute, { ifLost: asked('again') }));
      await here.runs.wait('t', thread, id);
    }
    const cancelled = await here.runs.create(request(thread, endless, { ifLost: asked('again') }));
    await here.runs.cancel('t', thread, cancelled.id, { wait: true });
    // Died between storing a turn and its run's end, in another order than that of the runs.
    const opened = await here.threads.open('t', thread, { holder: 'the dead', ttlMs: 10_000 });
    const { fence } = opened?.lease ?? { fence: 0 };
    const stored = ['run_stored_1', 'run_stored_2'];
    for (const run of stored) await cluster.deadRun(thread, run, 100, asked('again'));
    for (const run of stored.toReversed())
      await here.threads.append('t', thread, { ...said(run), run }, { fence });
    await opened?.lease.release();
    for (const run of stored) await until(async () => (await status(here, thread, run)) === 'error');
    await sleep(400);
    expect(await texts(here, thread)).toEqual(['told', 'run_stored_2', 'run_stored_1']);
  });

  it('end as interrupted when their process closes', async () => {
    const [here, there] = [await node(), await node()];
    const thread = newThread();
    const { id } = await here.runs.create(request(thread, endless));
    await until(async () => (await status(here, thread, id)) === 'running');
    await here.close();
    expect(await status(there, thread, id)).toBe('interrupted');
    await expect(here.runs.create(request(thread, endless))).rejects.toMatchObject({ code: 'closing' });
    const again = await there.runs.create(request(thread, answering(there, 'again')));
    expect((await there.runs.wait('t', thread, again.id)).status).toBe('success');
  });
});
