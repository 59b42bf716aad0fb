import { AIMessage, HumanMessage } from '@langchain/core/messages';
import {
  Annotation,
  Command,
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
} from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NaraeSaver } from '../../dist/langgraph/index.js';
import { CheckpointEngines } from '../support/checkpoint-engines.js';

const engines = new CheckpointEngines();
beforeAll(() => engines.start());
afterAll(() => engines.stop());

const State = Annotation.Root({
  ...MessagesAnnotation.spec,
  found: Annotation<string[]>({ reducer: (a, b) => a.concat(b), default: () => [] }),
  approved: Annotation<boolean>(),
  draft: Annotation<{ text: string; at: Date }>(),
});

/** Parallel branches by Send, a subgraph, an interrupt, a value that JSON changes: all that makes a saver's life hard. */
function makeGraph(checkpointer: BaseCheckpointSaver) {
  const research = new StateGraph(State)
    .addNode('plan', (state) => ({ found: [`plan ${state.messages.length}`] }))
    .addNode('look', (state) => ({ found: [`찾음 ${state.messages.at(-1)?.content}`] }))
    .addEdge(START, 'plan')
    .addEdge('plan', 'look')
    .addEdge('look', END)
    .compile();
  return new StateGraph(State)
    .addNode('research', research)
    .addNode('check', ({ found }: typeof State.State) => ({ found: [`checked ${found.length}`] }))
    .addNode('ask', () => ({ approved: interrupt('괜찮아요?') as boolean }))
    .addNode('answer', (state) => ({
      messages: [
        new AIMessage({
          content: `답 ${state.found.length} ${'긴 글 '.repeat(100)}`,
          id: `a${state.messages.length}`,
        }),
      ],
      draft: { text: '초안'.repeat(300), at: new Date(0) },
    }))
    .addEdge(START, 'research')
    .addConditionalEdges('research', (state) => [new Send('check', state), new Send('check', state)])
    .addEdge('check', 'ask')
    .addEdge('ask', 'answer')
    .addEdge('answer', END)
    .compile({ checkpointer });
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const config = (id?: string) => ({ configurable: { thread_id: 't', ...(id && { checkpoint_id: id }) } });

/** A conversation with everything that people do to one. */
async function play(saver: BaseCheckpointSaver) {
  const graph = makeGraph(saver);
  const ask = (text: string, id: string) =>
    graph.invoke({ messages: [new HumanMessage({ content: text, id })] }, config());
  const first = await ask('휴가는 며칠?', 'q1');
  const resumed = await graph.invoke(new Command({ resume: true }), config());
  await ask('그럼 병가는?', 'q2');
  await graph.invoke(new Command({ resume: false }), config());

  const history = await collect(graph.getStateHistory(config()));
  const past = history.find(({ next, values }) => next[0] === 'answer' && values.messages.length === 1)!;
  const forkConfig = await graph.updateState(past.config, { found: ['수정'] }, 'ask');
  const forked = await graph.invoke(null, forkConfig);
  const replayed = await graph.invoke(null, past.config);
  const all = await collect(graph.getStateHistory(config()));
  return { outcomes: [first, resumed, forked, replayed], history: all.map(withoutIds) };
}

/** A snapshot without what differs from run to run. */
function withoutIds({
  values,
  next,
  metadata,
  tasks,
}: Awaited<ReturnType<ReturnType<typeof makeGraph>['getState']>>) {
  const step = metadata && { source: metadata.source, step: metadata.step };
  return { values, next, step, tasks: tasks.map(({ name, result, error }) => ({ name, result, error })) };
}

describe.each(['embedded', 'redis'] as const)('graphs on %s', (engine) => {
  it('interrupt, resume, time travel, forks, Send and subgraphs end as they do on the MemorySaver', async () => {
    const place = engines.newPlace();
    const ours = await play(new NaraeSaver({ store: engines.open(engine, { place }) }));
    const theirs = await play(new MemorySaver());
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    expect(
      plain(ours.outcomes.map(({ messages, found, approved }) => ({ messages, found, approved }))),
    ).toEqual(plain(theirs.outcomes.map(({ messages, found, approved }) => ({ messages, found, approved }))));
    expect(plain(ours.history)).toEqual(plain(theirs.history));
    // Another process sees the same.
    const elsewhere = makeGraph(new NaraeSaver({ store: engines.open(engine, { place }) }));
    const history = await collect(elsewhere.getStateHistory(config()));
    expect(plain(history.map(withoutIds))).toEqual(plain(theirs.history));
  });

  it('a run that failed goes on where it stopped, in another process, without its finished tasks', async () => {
    const place = engines.newPlace();
    const runs: string[] = [];
    const build = (fails: boolean) =>
      new StateGraph(State)
        .addNode('good', () => {
          runs.push('good');
          return { found: ['good'] };
        })
        .addNode('bad', () => {
          runs.push('bad');
          if (fails) throw new Error('고장');
          return { found: ['bad'] };
        })
        .addEdge(START, 'good')
        .addEdge(START, 'bad')
        .compile({ checkpointer: new NaraeSaver({ store: engines.open(engine, { place }) }) });
    await expect(build(true).invoke({ messages: [] }, config())).rejects.toThrow('고장');
    const { found } = await build(false).invoke(null, config());
    expect(found).toEqual(['bad', 'good']);
    expect(runs.toSorted()).toEqual(['bad', 'bad', 'good']);
  });

  it('the state of a subgraph is read by its namespace', async () => {
    const Count = Annotation.Root({ n: Annotation<number>({ reducer: (a, b) => a + b, default: () => 0 }) });
    const inner = new StateGraph(Count)
      .addNode('wait', () => ({ n: interrupt('몇?') as number }))
      .addEdge(START, 'wait')
      .compile();
    const graph = new StateGraph(Count)
      .addNode('inner', inner)
      .addEdge(START, 'inner')
      .compile({ checkpointer: new NaraeSaver({ store: engines.open(engine) }) });
    await graph.invoke({ n: 1 }, config());
    const state = await graph.getState(config(), { subgraphs: true });
    expect(state.tasks[0]?.state).toMatchObject({ next: ['wait'], values: { n: 1 } });
    expect(await graph.invoke(new Command({ resume: 5 }), config())).toEqual({ n: 7 });
  });
});
