import { describe, expect, it } from 'vitest';
import { END, field, mapOver, START, StateGraph } from './index.js';

const schema = {
  question: field<string>({ default: () => '' }),
  mood: field<'calm' | 'cross'>({ default: () => 'calm' }),
  found: field<readonly string[]>({ default: () => [], reduce: (all, more) => [...all, ...more] }),
  count: field<number, { by: number }>({ default: () => 0, reduce: (count, { by }) => count + by }),
};

const codeOf = (build: () => unknown): string => {
  try {
    build();
  } catch (error) {
    return (error as Error).message;
  }
  return 'built';
};

describe('what the types refuse', () => {
  it('knows fields, nodes and targets', async () => {
    const graph = new StateGraph(schema)
      .addNode('search', (state) => ({ found: [state.question], count: { by: 2 } }))
      .addNode('cool', async () => ({ mood: 'calm' }))
      .addNode('log', () => {})
      .addNode(
        'each',
        mapOver(
          (state) => state.found,
          (text) => ({ found: [text.toUpperCase()] }),
          { concurrency: 2, limit: 10 },
        ),
      );
    // @ts-expect-error no such field
    graph.addNode('a', () => ({ answer: 'x' }));
    // @ts-expect-error nor in an asynchronous node
    graph.addNode('b', async () => ({ mood: 'calm', answer: 'x' }));
    // @ts-expect-error not a value of the field
    graph.addNode('c', () => ({ mood: 'glad' }));
    // @ts-expect-error an update of `count` is not its value
    graph.addNode('d', () => ({ count: 1 }));
    // @ts-expect-error it may write `mood` only
    graph.addNode('e', () => ({ question: 'x' }), { writes: ['mood'] });
    // @ts-expect-error a name that is taken
    expect(codeOf(() => graph.addNode('search', () => {}))).toContain('is taken');
    const draft = new StateGraph(schema).addNode('one', () => {});
    // @ts-expect-error no such node
    draft.addEdge('one', 'two');
    // @ts-expect-error nothing leads on from END
    draft.addEdge(END, 'one');
    // @ts-expect-error a route that leads elsewhere
    draft.addConditionalEdges('one', () => 'two', [END]);
    const running = graph
      .addEdge(START, 'search')
      .addEdge('search', 'each')
      .addEdge('each', 'cool')
      .addConditionalEdges('cool', (state) => (state.count > 1 ? 'log' : END), ['log', END])
      .addEdge('log', END);
    expect(codeOf(() => running.compile())).toContain('nothing leads to node "a"');
  });
});

describe('what compile refuses', () => {
  const nodes = () =>
    new StateGraph(schema)
      .addNode('a', () => ({ question: 'a' }), { writes: ['question'] })
      .addNode('b', () => ({ question: 'b' }), { writes: ['question'] });
  const refusals: [string, () => { compile(): unknown }, string][] = [
    ['no nodes', () => new StateGraph(schema), 'no nodes'],
    ['no start', () => nodes().addEdge('a', 'b').addEdge('b', END), 'nothing leads on from START'],
    [
      'an unreachable node',
      () => nodes().addEdge(START, 'a').addEdge('a', END).addEdge('b', END),
      'to node "b"',
    ],
    ['a dead end', () => nodes().addEdge(START, 'a').addEdge(START, 'b').addEdge('a', END), 'from node "b"'],
    [
      'an endless loop',
      () => nodes().addEdge(START, 'a').addEdge('a', 'b').addEdge('b', 'a').addEdge('b', END),
      'has no way out',
    ],
    [
      'a loop without an exit',
      () =>
        nodes()
          .addEdge(START, 'a')
          .addEdge('a', 'b')
          .addConditionalEdges('b', () => 'a', ['a']),
      'no way leads from node "a" to END',
    ],
    [
      'a field written side by side',
      () => nodes().addEdge(START, 'a').addEdge(START, 'b').addEdge(['a', 'b'], END),
      'write "question" side by side',
    ],
    ['an unknown edge', () => nodes().addEdge('a', 'x' as 'b'), 'to "x", which is no node'],
    [
      'an unknown target',
      () => nodes().addConditionalEdges('a', () => END, ['x' as 'b', END]),
      'leads to "x", which is no node',
    ],
    ['no targets', () => nodes().addConditionalEdges('a', () => 'b' as never, []), 'no targets'],
    [
      'a cache policy without a cache',
      () =>
        new StateGraph(schema)
          .addNode('a', () => {}, { cache: { key: () => 'k' } })
          .addEdge(START, 'a')
          .addEdge('a', END),
      'given no cache',
    ],
    [
      'a time that is none',
      () =>
        new StateGraph(schema)
          .addNode('a', () => {}, { timeoutMs: 0 })
          .addEdge(START, 'a')
          .addEdge('a', END),
      'timeoutMs of node "a"',
    ],
  ];
  it.each(refusals)('%s', (_, build, message) => {
    expect(codeOf(() => build().compile())).toContain(message);
  });

  it('lets branches write the same field, of which one is taken', async () => {
    const graph = nodes()
      .addConditionalEdges(START, ({ mood }) => (mood === 'calm' ? 'a' : 'b'), ['a', 'b'])
      .addEdge('a', END)
      .addEdge('b', END)
      .compile();
    expect((await graph.invoke({ mood: 'cross' })).state.question).toBe('b');
  });
});

describe('a drawing', () => {
  it('shows every edge, those of routes dotted, and quotes names', () => {
    const graph = new StateGraph(schema)
      .addNode('찾기 "빨리"', () => {})
      .addNode('write', () => {})
      .addEdge(START, '찾기 "빨리"')
      .addConditionalEdges('찾기 "빨리"', () => 'write', ['write', END])
      .addEdge('write', END)
      .compile();
    expect(graph.toMermaid({ highlight: ['write'] })).toBe(
      [
        'flowchart TD',
        '  n0(["start"])',
        '  n1["찾기 &quot;빨리&quot;"]',
        '  n2["write"]',
        '  n3(["end"])',
        '  n0 --> n1',
        '  n2 --> n3',
        '  n1 -.-> n2',
        '  n1 -.-> n3',
        '  classDef highlight stroke-width:3px',
        '  class n2 highlight',
        '',
      ].join('\n'),
    );
  });
});
