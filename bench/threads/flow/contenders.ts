import {
  Annotation,
  type LangGraphRunnableConfig,
  END as LG_END,
  START as LG_START,
  StateGraph as LgGraph,
} from '@langchain/langgraph';
import { END, field, type NodeContext, START, StateGraph } from '../../../dist/flow/index.js';

/** One way of doing one case. `run` is one run, and says what came out of it. */
export interface Contender {
  readonly name: string;
  run(): Promise<number>;
}

export interface Case {
  readonly name: string;
  /** What a run does so many times: its cost is divided by it. */
  readonly units: number;
  /** What must come out, so that nobody wins by doing nothing. */
  readonly expected: number;
  readonly contenders: readonly Contender[];
}

const WIDTH = 8;
const TOKENS = 1_000;
const add = (sum: number, more: number): number => sum + more;
const NAMES = Array.from({ length: WIDTH }, (_, index) => `part${index}`);
const BRANCHES = ['narae/flow', 'LangGraph.js', 'plain functions'] as const;

export const CASES: readonly Case[] = [chain(), parallel(false), parallel(true), tokens(false), tokens(true)];

function chain(): Case {
  const schema = {
    sum: field<number>({ default: () => 0, reduce: add }),
    text: field<string>({ default: () => '' }),
  };
  const read = (state: { sum: number }) => ({ sum: state.sum + 1 });
  const think = (state: { sum: number }) => ({ text: `${state.sum}` });
  const ours = new StateGraph(schema)
    .addNode('read', read)
    .addNode('think', think)
    .addNode('write', read)
    .addEdge(START, 'read')
    .addEdge('read', 'think')
    .addEdge('think', 'write')
    .addEdge('write', END)
    .compile();
  const theirs = new LgGraph(
    Annotation.Root({ sum: Annotation({ reducer: add, default: () => 0 }), text: Annotation<string> }),
  )
    .addNode('read', read)
    .addNode('think', think)
    .addNode('write', read)
    .addEdge(LG_START, 'read')
    .addEdge('read', 'think')
    .addEdge('think', 'write')
    .addEdge('write', LG_END)
    .compile();
  const plain = async (sum: number) => {
    let state = { sum, text: '' };
    state = { ...state, sum: add(state.sum, read(state).sum) };
    state = { ...state, ...think(state) };
    return { ...state, sum: add(state.sum, read(state).sum) };
  };
  return {
    name: 'a run of 3 nodes in a row',
    units: 1,
    expected: 7,
    contenders: named(
      async () => (await ours.invoke({ sum: 1 })).state.sum,
      async () => (await theirs.invoke({ sum: 1 })).sum,
      async () => (await plain(1)).sum,
    ),
  };
}

/** One node, eight side by side, one that joins them; each with a promise of its own, or without. */
function parallel(promises: boolean): Case {
  const one = { sum: 1 };
  const work = promises ? async () => one : () => one;
  const sum = field<number>({ default: () => 0, reduce: add });
  const ours = new StateGraph({ sum }) as StateGraph<{ sum: typeof sum }, string>;
  const theirs = new LgGraph(Annotation.Root({ sum: Annotation({ reducer: add, default: () => 0 }) }));
  const untyped = theirs as unknown as LooseGraph;
  for (const graph of [ours as unknown as LooseGraph, untyped]) {
    for (const name of ['fork', ...NAMES, 'join']) graph.addNode(name, work);
    graph.addEdge(START, 'fork');
    for (const name of NAMES) graph.addEdge('fork', name);
    graph.addEdge(NAMES, 'join');
    graph.addEdge('join', END);
  }
  const [flow, compiled] = [ours.compile(), theirs.compile()];
  const joined = (before: number, parts: readonly { sum: number }[]): number =>
    parts.reduce((all, part) => add(all, part.sum), before);
  const plainly = async () =>
    add(
      joined(
        one.sum,
        NAMES.map(() => ({ ...one })),
      ),
      one.sum,
    );
  const plain = async () => {
    const before = (await work()).sum;
    const parts = await Promise.all(NAMES.map(() => work()));
    return add(joined(before, parts), (await work()).sum);
  };
  return {
    name: promises
      ? 'a run of 10 nodes, 8 side by side, each a promise'
      : 'a run of 10 nodes, 8 side by side',
    units: 1,
    expected: 10,
    contenders: named(
      async () => (await flow.invoke({})).state.sum,
      async () =>
        (await (compiled as unknown as { invoke(input: object): Promise<{ sum: number }> }).invoke({})).sum,
      promises ? plain : plainly,
    ),
  };
}

interface LooseGraph {
  addNode(name: string, work: () => object): unknown;
  addEdge(from: string | readonly string[], to: string): unknown;
}

/** A thousand tokens, written in one turn or each in a turn of its own. */
function tokens(turns: boolean): Case {
  const token = { text: 'token' };
  const ours = new StateGraph({ done: field<boolean>({ default: () => false }) })
    .addNode('write', (_, context: NodeContext) => writeAll(turns, () => context.writer(token)))
    .addEdge(START, 'write')
    .addEdge('write', END)
    .compile();
  const theirs = new LgGraph(Annotation.Root({ done: Annotation<boolean> }))
    .addNode('write', (_: unknown, { writer }: LangGraphRunnableConfig) =>
      writeAll(turns, () => writer?.(token)),
    )
    .addEdge(LG_START, 'write')
    .addEdge('write', LG_END)
    .compile();
  return {
    name: turns ? 'a token through a custom stream, each in its own turn' : 'a token through a custom stream',
    units: TOKENS,
    expected: TOKENS,
    contenders: named(
      async () => {
        let seen = 0;
        for await (const batch of ours.stream({}, { modes: ['custom'] })) seen += batch.length;
        return seen;
      },
      async () => countOf(await theirs.stream({ done: false }, { streamMode: 'custom' })),
      () => countOf(plainTokens(token)),
    ),
  };
}

function writeAll(turns: boolean, write: () => void): { done: true } | Promise<{ done: true }> {
  if (turns) return writeInTurns(write);
  for (let n = 0; n < TOKENS; n++) write();
  return { done: true };
}

async function writeInTurns(write: () => void): Promise<{ done: true }> {
  for (let n = 0; n < TOKENS; n++) {
    write();
    await undefined;
  }
  return { done: true };
}

async function* plainTokens(token: object): AsyncGenerator<object> {
  for (let n = 0; n < TOKENS; n++) yield token;
}

async function countOf(source: AsyncIterable<unknown>): Promise<number> {
  let seen = 0;
  for await (const _ of source) seen++;
  return seen;
}

function named(
  ...runs: readonly [() => Promise<number>, () => Promise<number>, () => Promise<number>]
): Contender[] {
  return BRANCHES.map((name, index) => ({ name, run: runs[index] as () => Promise<number> }));
}
