import type { Conversations } from '../../../answer/index.js';
import type { AnswerFlow } from '../../../answer/spec.js';
import { NaraeError } from '../../../core/index.js';
import type {
  CheckpointRef,
  GraphDrawing,
  GraphOrder,
  GraphPlace,
  GraphRun,
  GraphSchemas,
  GraphSnapshot,
  HistoryQuery,
  ServedGraph,
  StateUpdate,
} from '../graph.js';
import { hasMetadata } from '../has-metadata.js';
import { answerRun } from './answer-run.js';
import { Turns } from './branch.js';
import { checkOrder, readInput } from './check-order.js';
import { type AnswerDefaults, readOptions } from './options.js';
import { type Point, parsePoint, START } from './points.js';
import { DRAWING, SCHEMAS } from './schemas.js';
import { headPoint, snapshotAt } from './snapshot.js';
import { updateTurns } from './update.js';

const BUILTIN_GRAPH = 'narae';

export interface BuiltinGraphParts {
  readonly flow: AnswerFlow;
  readonly conversations: Conversations;
  readonly defaults: AnswerDefaults;
}

/** Our own answers as a graph: its state is the conversation, its checkpoints are the turns of the thread. */
export class BuiltinGraph implements ServedGraph {
  readonly id = BUILTIN_GRAPH;
  readonly description = 'Answers from the indexed documents, with their sources';
  readonly #parts: BuiltinGraphParts;

  constructor(parts: BuiltinGraphParts) {
    this.#parts = parts;
  }

  async check(order: GraphOrder, place?: GraphPlace): Promise<void> {
    checkOrder(order);
    const { flow, defaults } = this.#parts;
    const options = readOptions(order, defaults);
    const messages = readInput(order).flatMap((input) => (input.kind === 'message' ? [input.message] : []));
    const isAsked = messages.at(-1)?.role === 'user';
    if (isAsked) flow.check({ ...options, requestId: 'run', tenant: place?.tenant ?? '', messages });
    if (place !== undefined && order.checkpoint !== undefined)
      await this.state(place, { checkpoint: order.checkpoint });
  }

  run(order: GraphOrder, run: GraphRun): Promise<void> {
    return answerRun(order, run, this.#parts);
  }

  /** The thread's turns are all there is, and those are undone already. */
  async rollBack(): Promise<void> {}

  async mark(): Promise<undefined> {
    return undefined;
  }

  async state(
    place: GraphPlace,
    { checkpoint }: { readonly checkpoint?: CheckpointRef } = {},
  ): Promise<GraphSnapshot> {
    refuseNamespace(place, checkpoint);
    const turns = await Turns.load(this.#parts.conversations.threads, place);
    const point = checkpoint?.id === undefined ? headPoint(turns) : parsePoint(checkpoint.id, place.thread);
    return snapshotAt(turns, point);
  }

  async history(place: GraphPlace, query: HistoryQuery): Promise<readonly GraphSnapshot[]> {
    refuseNamespace(place, query.checkpoint);
    const turns = await Turns.load(this.#parts.conversations.threads, place);
    const found: GraphSnapshot[] = [];
    for (const point of pointsOf(turns, query, place.thread)) {
      if (found.length === query.limit) break;
      const snapshot = snapshotAt(turns, point);
      if (hasMetadata(snapshot.metadata, query.metadata ?? {})) found.push(snapshot);
    }
    return found;
  }

  update(place: GraphPlace, update: StateUpdate, lease: { readonly fence: number }): Promise<CheckpointRef> {
    refuseNamespace(place, update.checkpoint);
    return updateTurns(this.#parts.conversations.threads, place, update, lease);
  }

  /** Turns are copied and removed with their thread. */
  async copy(): Promise<void> {}
  async remove(): Promise<void> {}

  async drawing(): Promise<GraphDrawing> {
    return DRAWING;
  }

  async schemas(): Promise<GraphSchemas> {
    return SCHEMAS;
  }
}

function refuseNamespace({ thread }: GraphPlace, checkpoint: CheckpointRef | undefined): void {
  const { namespace = '' } = checkpoint ?? {};
  if (namespace === '') return;
  throw new NaraeError('checkpoint_not_found', {
    values: { thread, checkpoint: namespace },
    field: 'checkpoint_ns',
  });
}

/** Newest first. */
function* pointsOf(turns: Turns, query: HistoryQuery, thread: string): Generator<Point> {
  const only = query.checkpoint?.id;
  const before = query.before === undefined ? undefined : order(parsePoint(query.before, thread));
  const last = only === undefined ? undefined : order(parsePoint(only, thread));
  const all = turns.all.flatMap(({ sequence, messages }): Point[] => [
    { sequence, phase: 'done' },
    ...(messages.at(-1)?.role === 'user' ? [] : [{ sequence, phase: 'asked' } as const]),
  ]);
  for (const point of [...all, START])
    if ((before === undefined || order(point) < before) && (last === undefined || order(point) <= last))
      yield point;
}

function order({ sequence, phase }: Point): number {
  return sequence * 2 - (phase === 'asked' ? 1 : 0);
}
