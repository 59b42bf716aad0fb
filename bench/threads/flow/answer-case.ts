import { END, field, START, StateGraph } from '../../../dist/flow/index.js';
import type { Case } from './contenders.js';

/** Waits for one turn of the promise queue, as a stage does whose work is elsewhere. */
const elsewhere = async <Value>(value: Value): Promise<Value> => value;

/** The stages that decide upon an answer, without their work: what they cost is the graph, or plain `await`. */
export function answerCase(): Case {
  const text = () => field<string>({ default: () => '' });
  const graph = new StateGraph({
    question: text(),
    plan: text(),
    thread: text(),
    vector: text(),
    passages: text(),
    prompt: text(),
    answer: field<number>({ default: () => 0 }),
  })
    .addNode('prepare', ({ question }) => ({ plan: question === '' ? 'skip' : 'search' }))
    .addNode('load-thread', async () => ({ thread: await elsewhere('thread') }))
    .addNode('embed', async ({ question }) => ({ vector: await elsewhere(question) }))
    .addNode('retrieve', async ({ vector }) => ({ passages: await elsewhere(vector) }))
    .addNode('write-prompt', ({ thread, passages }) => ({ prompt: thread + passages }))
    .addNode('open', async ({ prompt }) => ({ answer: await elsewhere(prompt.length) }))
    .addEdge(START, 'load-thread')
    .addEdge(START, 'prepare')
    .addConditionalEdges('prepare', ({ plan }) => (plan === 'skip' ? 'write-prompt' : 'embed'), [
      'write-prompt',
      'embed',
    ])
    .addEdge('embed', 'retrieve')
    .addEdge(['retrieve', 'load-thread'], 'write-prompt')
    .addEdge('write-prompt', 'open')
    .addEdge('open', END)
    .compile();
  const passagesFor = async (question: string) => elsewhere(await elsewhere(question));
  const plain = async (question: string) => {
    const [thread, passages] = await Promise.all([
      elsewhere('thread'),
      question === '' ? '' : passagesFor(question),
    ]);
    return elsewhere((thread + passages).length);
  };
  return {
    name: 'the stages of an answer, 6 nodes, without their work',
    units: 1,
    expected: 15,
    contenders: [
      { name: 'narae/flow', run: async () => (await graph.invoke({ question: 'question?' })).state.answer },
      { name: 'plain functions', run: () => plain('question?') },
    ],
  };
}
