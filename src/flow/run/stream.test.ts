import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchFlow, BatchSink } from '../../core/index.js';
import {
  END,
  type FlowEvent,
  field,
  type NodeContext,
  START,
  StateGraph,
  type StreamMode,
} from '../index.js';

const schema = { text: field<string>({ default: () => '', reduce: (all, more) => all + more }) };

function graphOf(...work: ((context: NodeContext) => Promise<void> | void)[]) {
  const draft = new StateGraph(schema) as StateGraph<typeof schema, string>;
  for (const [index, run] of work.entries()) {
    draft.addNode(`n${index}`, (_, context) => {
      const working = run(context);
      return working ? working.then(() => ({ text: `${index}` })) : { text: `${index}` };
    });
    draft.addEdge(index === 0 ? START : `n${index - 1}`, `n${index}`);
  }
  return draft.addEdge(`n${work.length - 1}`, END).compile({ name: '흐름' });
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function heard(stream: AsyncIterable<readonly FlowEvent[]>): Promise<FlowEvent[]> {
  const all: FlowEvent[] = [];
  for await (const batch of stream) all.push(...batch);
  return all;
}

const count = (times: number) => (context: NodeContext) => {
  for (let n = 0; n < times; n++) context.writer(n);
};

describe('a stream', () => {
  it('holds what was asked for, in order, and its run’s result', async () => {
    const graph = graphOf(
      (context) => context.message({ role: 'assistant', text: '안녕' }),
      async (context) => context.writer(context.listens('messages')),
    );
    const modes: StreamMode[] = ['values', 'updates', 'messages', 'custom', 'debug'];
    const stream = graph.stream({ text: '>' }, { modes });
    const events = await heard(stream);
    const brief = events.map((event) =>
      event.mode === 'debug' ? `${event.event.type} ${event.event.node}` : event,
    );
    expect(brief).toEqual([
      { mode: 'values', state: { text: '>' } },
      'node-started n0',
      { mode: 'messages', node: 'n0', part: { role: 'assistant', text: '안녕' } },
      { mode: 'updates', node: 'n0', update: { text: '0' } },
      { mode: 'values', state: { text: '>0' } },
      'node-finished n0',
      'node-started n1',
      { mode: 'custom', node: 'n1', data: true },
      { mode: 'updates', node: 'n1', update: { text: '1' } },
      { mode: 'values', state: { text: '>01' } },
      'node-finished n1',
    ]);
    expect(await stream.result).toEqual({ status: 'finished', state: { text: '>01' }, steps: 2 });
    expect(await heard(graph.stream({}, { modes: ['updates'] }))).toHaveLength(2);
  });

  it('gives everything once and in order to readers of any speed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(700), fc.nat(3), fc.nat(3), async (events, pauses, waits) => {
        const graph = graphOf(count(events), async (context) => {
          for (let n = 0; n < events; n += 100) {
            context.writer(n);
            await (waits ? context.drained() : turn());
          }
        });
        const read: unknown[] = [];
        const over = await new Promise<string>((resolve) => {
          let flow: BatchFlow | undefined;
          const sink: BatchSink<FlowEvent> = {
            push: (batch) => {
              read.push(...batch.map((event) => (event.mode === 'custom' ? event.data : event.mode)));
              if (pauses === 0) return;
              flow?.pause();
              void Promise.all(Array.from({ length: pauses }, turn)).then(() => flow?.resume());
            },
            end: () => resolve('end'),
            fail: (error) => resolve(String(error)),
          };
          flow = graph.stream({}, { modes: ['custom'] }).pipe(sink);
        });
        const late = Array.from({ length: Math.ceil(events / 100) }, (_, n) => n * 100);
        expect([over, read]).toEqual(['end', [...Array(events).keys(), ...late]]);
      }),
      { numRuns: 50 },
    );
  });

  it('fails as its run does, after what came before', async () => {
    const graph = graphOf(count(2), () => {
      throw new RangeError('fault');
    });
    const stream = graph.stream({}, { modes: ['custom'] });
    const read: unknown[] = [];
    const reading = (async () => {
      for await (const batch of stream) read.push(...batch);
    })();
    await expect(reading).rejects.toThrow('fault');
    expect(read).toHaveLength(2);
    await expect(stream.result).rejects.toThrow(RangeError);
  });

  it('that is left cancels its run', async () => {
    let ended: unknown;
    const graph = graphOf(async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      ended = signal.reason;
    });
    const stream = graph.stream({}, { modes: ['debug'] });
    for await (const _ of stream) break;
    await expect(stream.result).rejects.toMatchObject({ code: 'aborted' });
    expect(ended).toMatchObject({ code: 'aborted' });
  });

  it('that nobody reads on ends the run that fills it', async () => {
    const graph = graphOf(count(10), async (context) => {
      await turn();
      count(2_000)(context);
      expect(context.signal.aborted).toBe(true);
    });
    const stream = graph.stream({}, { modes: ['custom'], maxUnreadEvents: 1_000 });
    const reader = stream[Symbol.asyncIterator]();
    expect((await reader.next()).value).toHaveLength(10);
    await expect(stream.result).rejects.toMatchObject({
      code: 'graph_events_unread',
      message: expect.stringContaining('"흐름" left 1000 events unread'),
    });
  });

  it('goes on from an interrupt', async () => {
    const graph = graphOf((context) => context.writer(context.interrupt('말?')));
    const first = await graph.invoke({});
    if (first.status !== 'interrupted') throw new Error('not interrupted');
    const stream = graph.resumeStream(first.snapshot, '네', { modes: ['custom', 'updates'] });
    expect(await heard(stream)).toEqual([
      { mode: 'custom', node: 'n0', data: '네' },
      { mode: 'updates', node: 'n0', update: { text: '0' } },
    ]);
    const refused = graph.resumeStream({ thread: 'x' }, '네', { modes: ['custom'] });
    await expect(heard(refused)).rejects.toMatchObject({ code: 'graph_resume_refused' });
  });
});
