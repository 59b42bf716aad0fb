import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { deferred, NaraeError } from '../core/index.js';
import {
  contextOf,
  END,
  type FlowSnapshot,
  field,
  mapOver,
  type NodeCache,
  type NodeEvent,
  reportNodes,
  START,
  StateGraph,
} from './index.js';

const list = () => field<readonly string[]>({ default: () => [], reduce: (all, more) => [...all, ...more] });
const schema = { log: list(), text: field<string>({ default: () => '' }) };
const graphOf = () => new StateGraph(schema);
const failure = (code: string) => expect.objectContaining({ code });

describe('a run', () => {
  it('goes on as soon as it can: a slow branch holds up nobody but the join', async () => {
    const slow = deferred<void>();
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    const graph = graphOf()
      .addNode('slow', async () => {
        await slow.promise;
        order.push('slow');
      })
      .addNode('quick', note('quick'))
      .addNode('next', async () => {
        order.push('next');
        slow.resolve();
      })
      .addNode('join', note('join'))
      .addEdge(START, 'slow')
      .addEdge(START, 'quick')
      .addEdge('quick', 'next')
      .addEdge(['slow', 'next'], 'join')
      .addEdge('join', END)
      .compile();
    const { steps } = await graph.invoke({});
    expect([order, steps]).toEqual([['quick', 'next', 'slow', 'join'], 4]);
  });

  it('does not wait for a branch that was not taken, and waits for a loop in front of a join', async () => {
    const graph = graphOf()
      .addNode('route', () => ({ log: ['route'] }))
      .addNode('skipped', () => ({ log: ['skipped'] }))
      .addNode('try', async ({ log }) => ({ log: [`try ${log.length}`] }))
      .addNode('again', async () => ({ log: ['again'] }))
      .addNode('join', () => ({ log: ['join'] }))
      .addEdge(START, 'route')
      .addConditionalEdges('route', () => ['try', 'join'], ['skipped', 'try', 'join'])
      .addEdge('skipped', 'join')
      .addConditionalEdges('try', ({ log }) => (log.length < 5 ? 'again' : 'join'), ['again', 'join'])
      .addEdge('again', 'try')
      .addEdge('join', END)
      .compile();
    const { state } = await graph.invoke({});
    expect(state.log).toEqual(['route', 'try 1', 'again', 'try 3', 'again', 'try 5', 'join']);
  });

  it('runs a node once more that is led to while it runs, and never twice at once', async () => {
    let [turns, running] = [0, 0];
    const graph = graphOf()
      .addNode('head', () => void turns++)
      .addNode('quick', async () => {})
      .addNode('slow', async () => {
        expect(++running).toBe(1);
        await sleep(3);
        running--;
        return { log: [`slow, turn ${turns}`] };
      })
      .addEdge(START, 'head')
      .addEdge('head', 'quick')
      .addEdge('head', 'slow')
      .addConditionalEdges('quick', () => (turns < 3 ? 'head' : END), ['head', END])
      .addConditionalEdges('slow', () => (turns < 3 ? 'head' : END), ['head', END])
      .compile();
    expect((await graph.invoke({})).state.log).toEqual(['slow, turn 3', 'slow, turn 3']);
  });

  it('does not get stuck in a loop that has two entries', async () => {
    const graph = graphOf()
      .addNode('a', ({ log }) => ({ log: [`a${log.length}`] }))
      .addNode('b', ({ log }) => ({ log: [`b${log.length}`] }))
      .addEdge(START, 'a')
      .addEdge(START, 'b')
      .addConditionalEdges('a', ({ log }) => (log.length < 4 ? 'b' : END), ['b', END])
      .addConditionalEdges('b', ({ log }) => (log.length < 4 ? 'a' : END), ['a', END])
      .compile();
    expect((await graph.invoke({})).state.log.length).toBeGreaterThanOrEqual(4);
  });

  it('is stopped after too many steps', async () => {
    const graph = graphOf()
      .addNode('turn', () => ({ log: ['turn'] }))
      .addEdge(START, 'turn')
      .addConditionalEdges('turn', ({ text }) => (text === 'end' ? END : 'turn'), ['turn', END])
      .compile({ name: 'circle' });
    await expect(graph.invoke({}, { maxSteps: 7 })).rejects.toMatchObject({
      code: 'graph_step_limit',
      message: expect.stringContaining('"circle" was stopped after 7 steps'),
    });
  });

  it('tells what became of each node', async () => {
    const events: unknown[] = [];
    const untilAbort = ({ signal }: { signal: AbortSignal }) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const graph = graphOf()
      .addNode('asks', (_, context) => void context.interrupt('?'))
      .addNode('fine', () => {})
      .addNode('waits', (_, context) => untilAbort(context))
      .addNode('fails', async () => {
        throw new Error('fault');
      })
      .addEdge(START, 'asks')
      .addEdge(START, 'fine')
      .addEdge(START, 'waits')
      .addEdge('fine', 'fails')
      .addEdge(['asks', 'waits', 'fails'], END)
      .compile({ name: 'g', onNode: reportNodes((event) => events.push(event)) });
    await expect(graph.invoke({})).rejects.toThrow('fault');
    const finished = (node: string, outcome: string) => ({
      type: 'flow-node-finished',
      graph: 'g',
      node,
      outcome,
      durationMs: expect.any(Number),
    });
    expect(events).toEqual([
      finished('asks', 'interrupted'),
      finished('fine', 'ok'),
      finished('fails', 'error'),
      finished('waits', 'aborted'),
    ]);
  });

  it('hands each node what the run was given', async () => {
    const graph = new StateGraph(schema, contextOf<{ readonly tenant: string }>())
      .addNode('who', (_, { run, node, step, attempt }) => ({
        log: [run.tenant, node, `${step}.${attempt}`],
      }))
      .addEdge(START, 'who')
      .addEdge('who', END)
      .compile();
    const { state } = await graph.invoke({ text: '질문' }, { context: { tenant: '회사' } });
    expect(state).toEqual({ log: ['회사', 'who', '1.1'], text: '질문' });
  });
});

describe('writing', () => {
  const single = (update: object) =>
    graphOf()
      .addNode('write', () => update)
      .addEdge(START, 'write')
      .addEdge('write', END)
      .compile();

  it('names a field that there is not, and who wrote it', async () => {
    await expect(single({ txet: 'x' }).invoke({})).rejects.toMatchObject({
      code: 'graph_state_unknown_field',
      field: 'txet',
      status: 500,
      message: expect.stringMatching(/^Node "write" .*: log, text\.$/),
    });
    await expect(single({}).invoke({ nothing: 1 } as object)).rejects.toMatchObject({
      status: 422,
      field: 'nothing',
    });
    await expect(single(JSON.parse('{"__proto__": {}}')).invoke({})).rejects.toEqual(
      failure('graph_state_unknown_field'),
    );
  });

  it('leaves a field alone for undefined, and other runs alone', async () => {
    const graph = single({ text: undefined, log: ['한 번'] });
    await graph.invoke({ text: 'a' });
    expect((await graph.invoke({ text: 'b' })).state).toEqual({ text: 'b', log: ['한 번'] });
  });

  it.each([true, false])('refuses two that replace a field side by side (promises: %s)', async (slowly) => {
    const write = (text: string) => () => (slowly ? sleep(1).then(() => ({ text })) : { text });
    const graph = graphOf()
      .addNode('one', write('1'))
      .addNode('two', write('2'))
      .addEdge(START, 'one')
      .addEdge(START, 'two')
      .addEdge(['one', 'two'], END)
      .compile();
    await expect(graph.invoke({})).rejects.toMatchObject({
      code: 'graph_state_conflict',
      field: 'text',
      message: expect.stringContaining('"one" and "two"'),
    });
  });

  it('refuses that within a loop too, but not from turn to turn', async () => {
    const looped = (both: boolean) =>
      graphOf()
        .addNode('head', () => ({ log: ['turn'] }))
        .addNode('one', () => ({ text: '1' }))
        .addNode('two', ({ log }) => (both || log.length > 1 ? { text: '2' } : {}))
        .addNode('join', () => {})
        .addEdge(START, 'head')
        .addConditionalEdges('head', ({ log }) => (both || log.length === 1 ? ['one', 'two'] : 'two'), [
          'one',
          'two',
        ])
        .addEdge(['one', 'two'], 'join')
        .addConditionalEdges('join', ({ log }) => (log.length < 3 ? 'head' : END), ['head', END])
        .compile();
    await expect(looped(true).invoke({})).rejects.toEqual(failure('graph_state_conflict'));
    expect((await looped(false).invoke({})).state.text).toBe('2');
  });

  it('names a route that strays', async () => {
    const route = (to: unknown) =>
      graphOf()
        .addNode('a', () => {})
        .addEdge(START, 'a')
        .addConditionalEdges('a', () => to as typeof END, [END])
        .compile();
    const message = expect.stringContaining('from "a" led to "nowhere", which is not among its targets');
    await expect(route('nowhere').invoke({})).rejects.toMatchObject({ code: 'graph_route_unknown', message });
    await expect(route([]).invoke({})).rejects.toEqual(failure('graph_route_unknown'));
  });
});

describe('policies', () => {
  const withNode = (
    run: (state: unknown, context: { attempt: number; signal: AbortSignal }) => Promise<{ text: string }>,
    options: object,
    parts = {},
  ) => graphOf().addNode('work', run, options).addEdge(START, 'work').addEdge('work', END).compile(parts);

  it('try again, tell of it, and give up when it makes no sense', async () => {
    const events: NodeEvent[] = [];
    const retry = { maxAttempts: 3, minDelayMs: 1 };
    const onNode = (event: NodeEvent) => void events.push(event);
    const flaky = withNode(
      async (_, { attempt }) => {
        if (attempt < 3) throw new Error('fault');
        return { text: `attempt ${attempt}` };
      },
      { retry },
      { onNode },
    );
    expect((await flaky.invoke({})).state.text).toBe('attempt 3');
    expect(events.map(({ type }) => type)).toEqual([
      'node-started',
      'node-retried',
      'node-retried',
      'node-finished',
    ]);
    let calls = 0;
    const broken = withNode(
      async () => {
        calls++;
        throw new NaraeError('llm_unauthorized');
      },
      { retry },
    );
    await expect(broken.invoke({})).rejects.toEqual(failure('llm_unauthorized'));
    expect(calls).toBe(1);
  });

  it('end what takes too long, each attempt by itself', async () => {
    const signals: AbortSignal[] = [];
    const graph = withNode(
      (_, { signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      },
      { timeoutMs: 5, retry: { maxAttempts: 2, minDelayMs: 1 } },
    );
    await expect(graph.invoke({})).rejects.toMatchObject({
      code: 'deadline_exceeded',
      message: expect.stringContaining('Node "work"'),
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('take an update from the cache', async () => {
    const kept = new Map<string, object>();
    const cache: NodeCache = {
      peek: ({ graph, node, key }) => kept.get(`${graph}/${node}/${key}`),
      getOrCompute: async ({ graph, node, key }, compute, { signal, ttlMs }) => {
        const update = await compute(signal);
        kept.set(`${graph}/${node}/${key}`, update);
        expect(ttlMs).toBe(1_000);
        return update;
      },
    };
    let calls = 0;
    const graph = graphOf()
      .addNode('step', async ({ text }) => ({ log: [`${text} ${++calls}`] }), {
        cache: { key: ({ text }) => text || undefined, ttlMs: 1_000 },
      })
      .addEdge(START, 'step')
      .addEdge('step', END)
      .compile({ cache, name: 'g' });
    const ask = async (text: string) => (await graph.invoke({ text })).state.log;
    expect(await ask('같은')).toEqual(['같은 1']);
    expect(await ask('같은')).toEqual(['같은 1']);
    expect(await ask('')).toEqual([' 2']);
    expect([...kept.keys()]).toEqual(['g/step/같은']);
  });
});

describe('a list', () => {
  const mapping = (limit: number, run: (item: string, signal: AbortSignal) => Promise<string>) =>
    graphOf()
      .addNode(
        'each',
        mapOver(
          ({ text }) => text.split(','),
          async (item, { signal }) => ({ log: [await run(item, signal)] }),
          { concurrency: 2, limit },
        ),
      )
      .addEdge(START, 'each')
      .addEdge('each', END)
      .compile();

  it('is mapped in order, so many at once, and not beyond its limit', async () => {
    let [running, most] = [0, 0];
    const graph = mapping(5, async (item) => {
      most = Math.max(most, ++running);
      await sleep(10 - Number(item));
      running--;
      return item;
    });
    expect((await graph.invoke({ text: '1,2,9,4,5' })).state.log).toEqual(['1', '2', '9', '4', '5']);
    expect(most).toBe(2);
    await expect(graph.invoke({ text: '1,2,3,4,5,6' })).rejects.toEqual(failure('graph_list_too_long'));
  });

  it('stops at the first failure, with nothing left running', async () => {
    const seen: string[] = [];
    const graph = mapping(9, async (item, signal) => {
      seen.push(item);
      if (item === 'bad') throw new Error('bad item');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      seen.push('stopped');
      return item;
    });
    await expect(graph.invoke({ text: 'slow,bad,never' })).rejects.toThrow('bad item');
    expect(seen).toEqual(['slow', 'bad', 'stopped']);
  });

  it('whose items replace one field is refused', async () => {
    const graph = graphOf()
      .addNode(
        'each',
        mapOver(
          () => [1, 2],
          (n) => ({ text: `${n}` }),
          { concurrency: 1, limit: 2 },
        ),
      )
      .addEdge(START, 'each')
      .addEdge('each', END)
      .compile();
    await expect(graph.invoke({})).rejects.toThrow('several items of "each"');
  });
});

describe('an abort', () => {
  it('stops every node, rejects with the reason, and leaves no listener', async () => {
    const stopped: string[] = [];
    const untilAbort = async (_: unknown, { node, signal }: { node: string; signal: AbortSignal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await sleep(1);
      stopped.push(node);
    };
    const graph = graphOf()
      .addNode('a', untilAbort)
      .addNode('b', untilAbort)
      .addNode('after', () => void stopped.push('after'))
      .addEdge(START, 'a')
      .addEdge(START, 'b')
      .addEdge(['a', 'b'], 'after')
      .addEdge('after', END)
      .compile();
    const controller = new AbortController();
    const running = graph.invoke({}, { signal: controller.signal });
    controller.abort(new NaraeError('closing'));
    await expect(running).rejects.toEqual(failure('closing'));
    expect(stopped).toEqual(['a', 'b']);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    await expect(graph.invoke({}, { signal: controller.signal })).rejects.toEqual(failure('closing'));
  });

  it('by one node’s failure stops the others; one that does not listen is given up', async () => {
    const graph = graphOf()
      .addNode('deaf', () => new Promise<undefined>(() => {}))
      .addNode('fails', async () => {
        throw new TypeError('its own');
      })
      .addEdge(START, 'deaf')
      .addEdge(START, 'fails')
      .addEdge(['deaf', 'fails'], END)
      .compile();
    await expect(graph.invoke({})).rejects.toThrow(TypeError);
  });
});

describe('an interrupt', () => {
  const runs: string[] = [];
  const kept = new Map<string, FlowSnapshot>();
  const graph = graphOf()
    .addNode('draft', () => {
      runs.push('draft');
      return { text: '초안' };
    })
    .addNode('review', async ({ text }, context) => {
      runs.push('review');
      const first = context.interrupt<string>({ approve: text });
      const second = context.interrupt<string>('sure?');
      return { log: [first, second] };
    })
    .addNode('check', (_, { interrupt: _1, ...context }) => void context)
    .addNode('send', ({ log }) => {
      runs.push('send');
      return { text: log.join('+') };
    })
    .addEdge(START, 'draft')
    .addEdge('draft', 'review')
    .addEdge('draft', 'check')
    .addEdge(['review', 'check'], 'send')
    .addEdge('send', END)
    .compile({
      checkpointer: {
        load: (thread) => kept.get(thread),
        save: async (thread, snapshot) => void kept.set(thread, JSON.parse(JSON.stringify(snapshot))),
        delete: (thread) => void kept.delete(thread),
      },
    });

  it('suspends the run, which goes on from its snapshot without doing anything twice', async () => {
    const first = await graph.invoke({}, { thread: '대화' });
    expect(first).toMatchObject({
      status: 'interrupted',
      interrupts: [{ node: 'review', value: { approve: '초안' } }],
    });
    expect(await graph.resume({ thread: '대화' }, '좋아요', { thread: '대화' })).toMatchObject({
      interrupts: [{ node: 'review', value: 'sure?' }],
    });
    const last = await graph.resume({ thread: '대화' }, 'yes', { thread: '대화' });
    expect(last).toMatchObject({ status: 'finished', state: { text: '좋아요+yes' } });
    expect(runs).toEqual(['draft', 'review', 'review', 'review', 'send']);
    expect(kept.size).toBe(0);
  });

  it('of several nodes is answered by name', async () => {
    const ask = (_: unknown, context: { node: string; interrupt<T>(value: unknown): T }) => ({
      log: [`${context.node}: ${context.interrupt<string>(context.node)}`],
    });
    const both = graphOf()
      .addNode('a', ask)
      .addNode('b', ask)
      .addNode('end', ({ log }) => ({ text: log.toSorted().join() }))
      .addEdge(START, 'a')
      .addEdge(START, 'b')
      .addEdge(['a', 'b'], 'end')
      .addEdge('end', END)
      .compile();
    const first = await both.invoke({});
    if (first.status !== 'interrupted') throw new Error('not interrupted');
    await expect(both.resume(first.snapshot, 1)).rejects.toThrow('several nodes wait');
    await expect(both.resume(first.snapshot, 1, { node: 'end' })).rejects.toEqual(
      failure('graph_resume_refused'),
    );
    const second = await both.resume(first.snapshot, 'B', { node: 'b' });
    if (second.status !== 'interrupted') throw new Error('not interrupted');
    expect(second.interrupts).toEqual([{ node: 'a', value: 'a' }]);
    expect((await both.resume(second.snapshot, 'A')).state.text).toBe('a: A,b: B');
  });

  it('holds though the node swallows it, and is neither tried again nor timed', async () => {
    let calls = 0;
    const stubborn = graphOf()
      .addNode(
        'asks',
        async (_, context) => {
          calls++;
          try {
            return { text: context.interrupt<string>('?') };
          } catch {
            return { text: 'swallowed' };
          }
        },
        { retry: { maxAttempts: 3, minDelayMs: 1 }, timeoutMs: 1_000 },
      )
      .addEdge(START, 'asks')
      .addEdge('asks', END)
      .compile();
    const first = await stubborn.invoke({});
    if (first.status !== 'interrupted') throw new Error('not interrupted');
    expect([calls, first.state.text]).toEqual([1, '']);
    expect((await stubborn.resume(first.snapshot, '답')).state.text).toBe('답');
  });

  it('asks anew in each turn of a loop', async () => {
    const looped = graphOf()
      .addNode('asks', (_, context) => ({ log: [context.interrupt<string>('?')] }))
      .addEdge(START, 'asks')
      .addConditionalEdges('asks', ({ log }) => (log.at(-1) === '끝' ? END : 'asks'), ['asks', END])
      .compile();
    let result = await looped.invoke({});
    for (const answer of ['1', '2', '끝']) {
      if (result.status !== 'interrupted') throw new Error('not interrupted');
      result = await looped.resume(result.snapshot, answer);
    }
    expect(result).toMatchObject({ status: 'finished', state: { log: ['1', '2', '끝'] } });
  });

  it('is refused in a node whose update others share', async () => {
    const cache: NodeCache = {
      peek: () => undefined,
      getOrCompute: (_, compute, { signal }) => compute(signal),
    };
    const shared = graphOf()
      .addNode('asks', (_, context) => ({ text: context.interrupt<string>('?') }), {
        cache: { key: () => 'k' },
      })
      .addEdge(START, 'asks')
      .addEdge('asks', END)
      .compile({ cache });
    await expect(shared.invoke({})).rejects.toEqual(failure('graph_interrupt_refused'));
  });

  it('is refused where it could not be resumed, and so are snapshots of something else', async () => {
    const mapped = graphOf()
      .addNode(
        'each',
        mapOver(
          () => [1],
          (_, context) => void (context as unknown as { interrupt(value: number): void }).interrupt(1),
          { concurrency: 1, limit: 1 },
        ),
      )
      .addEdge(START, 'each')
      .addEdge('each', END)
      .compile({ name: 'mapped' });
    await expect(mapped.invoke({})).rejects.toEqual(failure('graph_interrupt_refused'));
    const first = await graph.invoke({});
    if (first.status !== 'interrupted') throw new Error('not interrupted');
    await expect(mapped.resume(first.snapshot, 1)).rejects.toThrow('is of the graph "graph"');
    await expect(graph.resume({ thread: '없음' }, 1)).rejects.toThrow('nothing is kept under the thread');
    const gone = { ...first.snapshot, waiting: ['gone'] };
    await expect(graph.resume(gone, 1)).rejects.toThrow('no node "gone" any more');
    const newer = { ...first.snapshot, version: 2 } as unknown as FlowSnapshot;
    await expect(graph.resume(newer, 1)).rejects.toThrow('format 2');
  });
});
