import type { CancelSignal } from '../core/index.js';
import { contextOf, END, field, type NodeContext, START, StateGraph } from '../flow/index.js';
import { answerHead } from './answer-head.js';
import { completeByModel } from './follow-ups/index.js';
import { Generation } from './generate.js';
import type { OpenedAnswer } from './opened-answer.js';
import { openParts } from './opened-parts.js';
import { prepare, prepareRequest } from './prepare.js';
import type { Draft, Look } from './recall/index.js';
import { type Evidence, retrieve, unsearched } from './retrieve.js';
import type { Run } from './run.js';
import { type SearchAhead, searchAhead } from './search-ahead.js';
import { withHistory } from './with-history.js';
import { type Prompt, writePrompt } from './write-prompt.js';

type Context = NodeContext<Run>;

function later<Value>() {
  return field<Value | null>({ default: () => null });
}

/** A request whose answer is not in memory. */
export type Asking = Exclude<Look, { readonly kind: 'kept' }>;

interface Found {
  readonly opened: OpenedAnswer | null;
}

interface Recalled extends Found {
  /** Null: nobody needs to be asked. */
  readonly asking: Asking | null;
}

/**
 * How an answer is decided upon, up to its first parts; they are poured from `opened` to the client afterwards, so that
 * a token costs nothing here. `prepare` begins the search of a question that stands by itself while its thread is
 * loaded; `retrieve` waits for it.
 */
export const ANSWER_GRAPH = new StateGraph(
  {
    /** What was found in memory before the graph began. */
    asking: later<Asking>(),
    /** The run, with the whole conversation. */
    run: later<Run>(),
    ahead: later<SearchAhead>(),
    evidence: later<Evidence>(),
    prompt: later<Prompt>(),
    /** Where answers are kept. */
    draft: later<Draft>(),
    opened: later<OpenedAnswer>(),
  },
  contextOf<Run>(),
)
  .addNode('load-thread', (_, { run }: Context) => {
    if (run.request.history === undefined) return { run };
    return withHistory(run).then((whole) => ({ run: whole }));
  })
  .addNode('prepare', ({ asking }, { run }: Context) => {
    const prepared = prepare(run, asking?.prepared);
    return { ahead: searchAhead(run, prepared) ?? null };
  })
  .addNode('recall', (state): Recalled | Promise<Recalled> => {
    const run = given(state.run);
    const asking = state.asking ?? look(run);
    if (asking.kind === 'kept')
      return { asking: null, opened: run.recall?.replayed(run, asking.kept) ?? null };
    if (asking.kind !== 'ask' || run.recall === undefined) return { asking, opened: null };
    return run.recall.atHand(run, asking.asked).then((opened) => ({ asking, opened: opened ?? null }));
  })
  .addNode('complete-question', async (state) => {
    const [run, asking] = [given(state.run), given(state.asking)];
    const query = await completeByModel(run, asking.prepared);
    return { asking: withQuery(asking, query) };
  })
  .addNode('retrieve', async (state) => {
    const [run, asking] = [given(state.run), given(state.asking)];
    const search = (signal: CancelSignal) => retrieve({ ...run, signal }, asking.prepared, state.ahead);
    if (asking.kind !== 'ask' || run.recall === undefined) return { evidence: await search(run.signal) };
    return { evidence: await run.recall.evidence(run, asking.asked, search) };
  })
  .addNode('write-prompt', (state) => {
    const [run, asking] = [given(state.run), given(state.asking)];
    const evidence = state.evidence ?? unsearched(asking.prepared);
    const write = () => writePrompt(run, asking.prepared, evidence);
    if (asking.kind !== 'ask' || run.recall === undefined) return { prompt: write() };
    const prompt = run.recall.prompt(evidence, asking.asked, write);
    return { prompt, draft: run.recall.draft(run, asking.asked, prompt) };
  })
  .addNode('recall-by-evidence', ({ draft }): Found | Promise<Found> => {
    const recall = draft?.run.recall;
    if (draft === null || recall === undefined) return { opened: null };
    return recall.byEvidence(draft).then((opened) => ({ opened: opened ?? null }));
  })
  .addNode('generate', ({ draft, run, asking, prompt }) => {
    const recall = draft?.run.recall;
    if (draft === null || recall === undefined)
      return { opened: written(given(run), given(asking), given(prompt)) };
    return recall.write(draft).then((opened) => ({ opened }));
  })
  .addEdge(START, 'load-thread')
  .addEdge(START, 'prepare')
  .addEdge(['load-thread', 'prepare'], 'recall')
  .addConditionalEdges(
    'recall',
    ({ opened, asking }) => {
      if (opened !== null || asking === null) return END;
      if (asking.prepared.plan.kind !== 'search') return 'write-prompt';
      return asking.prepared.asksModel ? 'complete-question' : 'retrieve';
    },
    ['complete-question', 'retrieve', 'write-prompt', END],
  )
  .addEdge('complete-question', 'retrieve')
  .addEdge('retrieve', 'write-prompt')
  .addEdge('write-prompt', 'recall-by-evidence')
  .addConditionalEdges('recall-by-evidence', ({ opened }) => (opened === null ? 'generate' : END), [
    'generate',
    END,
  ])
  .addEdge('generate', END)
  .compile({ name: 'answer' });

function given<Value>(value: Value | null): Value {
  if (value === null) throw new TypeError('a node of the answer graph ran before what it reads was written');
  return value;
}

function look(run: Run): Look {
  return (
    run.recall?.look(run, run.request) ?? { kind: 'bypass', reason: 'off', prepared: prepareRequest(run) }
  );
}

function withQuery(asking: Asking, query: string): Asking {
  const prepared = { ...asking.prepared, query };
  return asking.kind === 'ask'
    ? { ...asking, prepared, asked: { ...asking.asked, prepared } }
    : { ...asking, prepared };
}

/** Straight from the model, for one reader. */
function written(run: Run, asking: Asking, prompt: Prompt): OpenedAnswer {
  const reason = asking.kind === 'bypass' ? asking.reason : 'off';
  const head = answerHead(run, prompt, { outcome: 'bypass', reason });
  const generation = new Generation(run, prompt);
  return { head, body: openParts((sink) => generation.pipe(sink), run.signal) };
}
