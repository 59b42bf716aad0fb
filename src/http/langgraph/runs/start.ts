import { randomUUID } from 'node:crypto';
import type { RunPart } from '../../../answer/index.js';
import { NaraeError } from '../../../core/index.js';
import type { RunContext, RunInfo, ThreadInfo } from '../../../threads/spec.js';
import { unsupported } from '../fields.js';
import type { GraphOrder, GraphPlace, GraphRun, ServedGraph } from '../graph.js';
import { graphEvent } from '../graph-event.js';
import { assistantId } from '../graphs.js';
import type { LangGraphParts } from '../parts.js';
import { type RunBody, readOrder } from './body.js';

/** A run that has its place, and the graph that it runs. */
export interface BegunRun extends GraphPlace {
  readonly info: RunInfo;
  readonly graph: ServedGraph;
  /** Takes away the thread that was made for this run, once it has ended; undefined where it stays. */
  readonly removeThread: (() => void) | undefined;
}

/** Begins a run on a thread. Rejects with what is wrong with the body, `thread_not_found` or `thread_busy`. */
export async function startRun(parts: LangGraphParts, place: GraphPlace, body: RunBody): Promise<BegunRun> {
  if (body.on_completion === 'delete')
    throw unsupported('on_completion', 'only the thread of a run without one is deleted with it');
  const { graph, order } = readRun(parts, body);
  const { tenant, thread } = place;
  const [state] = await parts.threads.loadMany(tenant, [thread], { lastTurns: 0 });
  if (state === undefined && body.if_not_exists !== 'create')
    throw new NaraeError('thread_not_found', { values: { thread }, field: 'thread_id' });
  await graph.check(order, place);
  await adopt(parts, place, graph, state?.info);
  const info = await createRun(parts, { id: randomUUID(), graph, order, place, body });
  return { ...place, info, graph, removeThread: undefined };
}

/**
 * Begins a run on a thread of its own, which goes when the run ends; or, for a caller that wants to read the state
 * first, when `removeThread` is called.
 */
export async function startStateless(
  parts: LangGraphParts,
  tenant: string,
  body: RunBody,
  { isRead }: { readonly isRead: boolean },
): Promise<BegunRun> {
  const { graph, order } = readRun(parts, body);
  await graph.check(order);
  if (order.checkpoint !== undefined)
    throw unsupported('checkpoint', 'a run without a thread has no checkpoints to go on from');
  const place = { tenant, thread: randomUUID() };
  const id = randomUUID();
  const removeThread = body.on_completion === 'keep' ? undefined : removal(parts, graph, place, id);
  const onEnd = isRead ? undefined : removeThread;
  await makeThread(parts, place, graph);
  const info = await createRun(parts, { id, graph, order, place, body, ...(onEnd && { onEnd }) });
  return { ...place, info, graph, removeThread };
}

function removal(
  { runs, threads, background }: LangGraphParts,
  graph: ServedGraph,
  place: GraphPlace,
  run: string,
): () => void {
  const { tenant, thread } = place;
  return () =>
    void background.run('the thread of a run without one', async (signal) => {
      await runs.wait(tenant, thread, run, signal);
      await graph.remove(place);
      await threads.delete(tenant, thread);
    });
}

function readRun({ graphs }: LangGraphParts, body: RunBody) {
  return { graph: graphs.find(body.assistant_id), order: readOrder(body) };
}

async function makeThread(
  { threads }: LangGraphParts,
  { tenant, thread }: GraphPlace,
  graph: ServedGraph,
): Promise<void> {
  await threads.create(tenant, { id: thread, metadata: ownerOf(graph), ifExists: 'keep' });
}

function ownerOf(graph: ServedGraph) {
  return { graph_id: graph.id, assistant_id: assistantId(graph) };
}

/** From its first run on, a thread belongs to a graph. What a thread of that name left behind earlier goes. */
async function adopt(
  parts: LangGraphParts,
  place: GraphPlace,
  graph: ServedGraph,
  info: ThreadInfo | undefined,
): Promise<void> {
  const owner = ownerOf(graph);
  const { graph_id, assistant_id } = info?.metadata ?? {};
  if (graph_id === undefined) await graph.remove(place);
  if (info === undefined) await makeThread(parts, place, graph);
  else if (graph_id !== owner.graph_id || assistant_id !== owner.assistant_id)
    await parts.threads.patch(place.tenant, place.thread, { metadata: owner });
}

interface NewRun {
  readonly id: string;
  readonly graph: ServedGraph;
  readonly order: GraphOrder;
  readonly place: GraphPlace;
  readonly body: RunBody;
  readonly onEnd?: () => void;
}

function createRun(
  parts: LangGraphParts,
  { id, graph, order, place, body, onEnd }: NewRun,
): Promise<RunInfo> {
  const work = new GraphWork(graph, order, place);
  return parts.runs.create({
    ...place,
    id,
    strategy: body.multitask_strategy ?? 'enqueue',
    metadata: { ...body.metadata, ...ownerOf(graph) },
    execute: (context) => work.run(context),
    ...(onEnd && { onOver: onEnd }),
    undo: (context) => work.rollBack(context),
  });
}

/** A graph's run as the thread's runs carry it out. */
class GraphWork {
  readonly #graph: ServedGraph;
  readonly #order: GraphOrder;
  readonly #place: GraphPlace;
  #mark: { readonly value: unknown } | undefined;

  constructor(graph: ServedGraph, order: GraphOrder, place: GraphPlace) {
    this.#graph = graph;
    this.#order = order;
    this.#place = place;
  }

  async run(context: RunContext<RunPart>): Promise<void> {
    const run = this.#runOf(context);
    run.emit([graphEvent('metadata', { run_id: run.run, thread_id: run.thread, attempt: 1 })]);
    this.#mark = { value: await this.#graph.mark(this.#place) };
    await this.#graph.run(this.#order, run);
  }

  async rollBack(context: RunContext<RunPart>): Promise<void> {
    if (this.#mark !== undefined) await this.#graph.rollBack(this.#runOf(context), this.#mark.value);
  }

  #runOf({ run, lease, state, signal, write }: RunContext<RunPart>): GraphRun {
    return { ...this.#place, run, lease, state, signal, emit: write };
  }
}
