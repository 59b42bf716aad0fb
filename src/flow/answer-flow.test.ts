import { describe, expect, it } from 'vitest';
import { type Deferred, deferred, NaraeError } from '../core/index.js';
import { contextOf, END, field, type NodeContext, START, StateGraph } from './index.js';

/**
 * How an answer is decided upon, as a graph: everything up to the first part of the answer. The parts themselves are
 * poured from `answer` to the client when the run is over, so that a token costs nothing here.
 *
 *            ┌ load-thread ─────────────────┐        ┌ replay
 *   START ───┤                              ├ recall ┤
 *            └ prepare ┬ embed ▸ retrieve ──┘        └ write-prompt ▸ open
 *                      └ (small talk) ──────┘
 */
interface Stages {
  isSmallTalk(question: string): boolean;
  loadThread(signal: AbortSignal): Promise<readonly string[]>;
  embed(question: string, signal: AbortSignal): Promise<readonly number[]>;
  retrieve(vector: readonly number[], signal: AbortSignal): Promise<readonly string[]>;
  /** The answer to this conversation on this evidence, if it was given before. */
  recall(key: string): string | undefined;
  open(prompt: string, signal: AbortSignal): Promise<string>;
}

type Context = NodeContext<Stages>;
const none = <Value>() => field<Value | null>({ default: () => null });

const graph = new StateGraph(
  {
    question: field<string>({ default: () => '' }),
    thread: field<readonly string[]>({ default: () => [] }),
    vector: field<readonly number[]>({ default: () => [] }),
    passages: field<readonly string[]>({ default: () => [] }),
    recalled: none<string>(),
    prompt: field<string>({ default: () => '' }),
    answer: none<{ readonly from: 'cache' | 'model'; readonly parts: string }>(),
    plan: field<'search' | 'skip'>({ default: () => 'search' }),
  },
  contextOf<Stages>(),
)
  .addNode('prepare', ({ question }, { run }: Context) => ({
    plan: run.isSmallTalk(question) ? 'skip' : 'search',
  }))
  .addNode('load-thread', async (_, { run, signal }) => ({ thread: await run.loadThread(signal) }))
  .addNode('embed', async ({ question }, { run, signal }) => ({ vector: await run.embed(question, signal) }))
  .addNode('retrieve', async ({ vector }, { run, signal }) => ({
    passages: await run.retrieve(vector, signal),
  }))
  .addNode('recall', ({ question, thread, passages }, { run }) => ({
    recalled: run.recall([...thread, question, ...passages].join('|')) ?? null,
  }))
  .addNode('replay', ({ recalled }) => ({ answer: { from: 'cache', parts: recalled ?? '' } }))
  .addNode('write-prompt', ({ question, thread, passages }) => ({
    prompt: [...passages, ...thread, question].join('\n'),
  }))
  .addNode('open', async ({ prompt }, { run, signal }) => ({
    answer: { from: 'model', parts: await run.open(prompt, signal) },
  }))
  .addEdge(START, 'load-thread')
  .addEdge(START, 'prepare')
  .addConditionalEdges('prepare', ({ plan }) => (plan === 'skip' ? 'recall' : 'embed'), ['recall', 'embed'])
  .addEdge('embed', 'retrieve')
  .addEdge(['retrieve', 'load-thread'], 'recall')
  .addConditionalEdges('recall', ({ recalled }) => (recalled === null ? 'write-prompt' : 'replay'), [
    'write-prompt',
    'replay',
  ])
  .addEdge('write-prompt', 'open')
  .addEdge(['open', 'replay'], END)
  .compile({ name: 'answer' });

/** Stages that are finished by hand; `calls` tells which were begun. */
function stages(changes: Partial<Stages> = {}) {
  const calls: string[] = [];
  const waiting = new Map<string, Deferred<unknown>>();
  const begin = <Value>(name: string): Promise<Value> => {
    calls.push(name);
    const own = deferred<unknown>();
    waiting.set(name, own);
    return own.promise as Promise<Value>;
  };
  const finish = async (name: string, value: unknown): Promise<void> => {
    waiting.get(name)?.resolve(value);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const run: Stages = {
    isSmallTalk: (question) => /^(hi|안녕하세요)$/.test(question),
    loadThread: () => begin('thread'),
    embed: () => begin('embed'),
    retrieve: () => begin('retrieve'),
    recall: () => undefined,
    open: (prompt) => begin(`open ${prompt.replaceAll('\n', '|')}`),
    ...changes,
  };
  return { run, calls, finish };
}

describe('the answer flow on a graph', () => {
  it('loads the thread beside embedding the question', async () => {
    const { run, calls, finish } = stages();
    const result = graph.invoke({ question: '휴가는?' }, { context: run });
    expect(calls).toEqual(['thread', 'embed']);
    await finish('embed', [1]);
    expect(calls).toEqual(['thread', 'embed', 'retrieve']);
    await finish('retrieve', ['24일']);
    expect(calls).toHaveLength(3);
    await finish('thread', ['앞의 말']);
    expect(calls.at(-1)).toBe('open 24일|앞의 말|휴가는?');
    await finish('open 24일|앞의 말|휴가는?', '24일입니다 [1]');
    expect((await result).state.answer).toEqual({ from: 'model', parts: '24일입니다 [1]' });
  });

  it('skips retrieval for small talk, but not the thread', async () => {
    const { run, calls, finish } = stages();
    const result = graph.invoke({ question: '안녕하세요' }, { context: run });
    expect(calls).toEqual(['thread']);
    await finish('thread', []);
    await finish('open 안녕하세요', '반갑습니다');
    expect((await result).state.answer?.parts).toBe('반갑습니다');
    expect(calls).toEqual(['thread', 'open 안녕하세요']);
  });

  it('skips to the answer that was given before on the same evidence', async () => {
    const recall = (key: string) => (key === 'earlier|holidays?|24 days' ? '24 [1]' : undefined);
    const { run, calls, finish } = stages({ recall });
    const result = graph.invoke({ question: 'holidays?' }, { context: run });
    await finish('thread', ['earlier']);
    await finish('embed', [1]);
    await finish('retrieve', ['24 days']);
    expect((await result).state.answer).toEqual({ from: 'cache', parts: '24 [1]' });
    expect(calls).toEqual(['thread', 'embed', 'retrieve']);
  });

  it('is cancelled in every stage at once when the client leaves', async () => {
    const signals: AbortSignal[] = [];
    const untilAbort = (signal: AbortSignal): Promise<never> => {
      signals.push(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const { run } = stages({ loadThread: untilAbort, embed: (_, signal) => untilAbort(signal) });
    const controller = new AbortController();
    const result = graph.invoke({ question: '?' }, { context: run, signal: controller.signal });
    controller.abort(new NaraeError('aborted'));
    await expect(result).rejects.toMatchObject({ code: 'aborted' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});
