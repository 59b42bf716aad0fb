import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import { LRUCache } from 'lru-cache';
import { NaraeError } from '../../core/index.js';
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
} from '../../http/index.js';
import type { CheckpointStore } from '../../threads/index.js';
import { NaraeSaver } from '../saver.js';
import { inputOf } from './command.js';
import type { CompiledGraph } from './compiled-graph.js';
import { configAt, refOf, runConfig } from './configs.js';
import { copyCheckpoints } from './copy.js';
import { type GraphFile, loadGraphFile } from './graph-file.js';
import { GraphEvents, libraryModes } from './modes.js';
import { plainSnapshot } from './snapshot.js';

export interface UserGraphSettings extends GraphFile {
  readonly checkpoints: CheckpointStore;
}

/** Tenants whose saver is kept at a time, each with values in memory. */
const SAVERS = 16;
const SAVER_CACHE_BYTES = 8 << 20;
/** Checkpoints of one history at most. */
const HISTORY_LIMIT = 1_000;

/** Imports a user's graph for serving. Rejects with `graph_unavailable`. */
export async function openUserGraph(settings: UserGraphSettings): Promise<ServedGraph> {
  return new UserGraph(await loadGraphFile(settings), settings);
}

/** A compiled graph of LangGraph's on our checkpoints, for many tenants. */
class UserGraph implements ServedGraph {
  readonly id: string;
  readonly #graph: CompiledGraph;
  readonly #tenants: LRUCache<string, OwnGraph>;

  constructor(graph: CompiledGraph, { id, checkpoints: store }: UserGraphSettings) {
    this.id = id;
    this.#graph = graph;
    this.#tenants = new LRUCache({
      max: SAVERS,
      memoMethod: (tenant) =>
        ownGraph(graph, new NaraeSaver({ store, tenant, cacheBytes: SAVER_CACHE_BYTES })),
    });
  }

  async check(order: GraphOrder, place?: GraphPlace): Promise<void> {
    inputOf(order);
    if (place !== undefined && order.checkpoint?.id !== undefined)
      await this.#needCheckpoint(place, order.checkpoint);
  }

  async run(order: GraphOrder, run: GraphRun): Promise<void> {
    const { graph } = this.#of(run);
    const events = new GraphEvents(order.modes);
    try {
      const stream = await graph.stream(inputOf(order), {
        ...runConfig(order, run, run.run),
        streamMode: libraryModes(order.modes),
        subgraphs: order.subgraphs,
        signal: run.signal,
        ...(order.context !== undefined && { context: order.context }),
        ...(order.interruptBefore && { interruptBefore: order.interruptBefore }),
        ...(order.interruptAfter && { interruptAfter: order.interruptAfter }),
        ...(order.durability && { durability: order.durability }),
      });
      for await (const chunk of stream) run.emit(events.encode(chunk));
    } catch (thrown) {
      throw this.#failure(thrown);
    }
  }

  async mark({ tenant, thread }: GraphPlace): Promise<CheckpointRef | undefined> {
    const newest = await this.#of({ tenant }).saver.getTuple(configAt(thread));
    return newest && refOf(newest.config);
  }

  /** The state before the run becomes the newest again. */
  async rollBack({ tenant, thread }: GraphRun, mark: unknown): Promise<void> {
    const { graph, saver } = this.#of({ tenant });
    if (mark === undefined) await saver.deleteThread(thread);
    else await graph.updateState(configAt(thread, mark as CheckpointRef), null, '__copy__');
  }

  async state(
    place: GraphPlace,
    options: { readonly checkpoint?: CheckpointRef; readonly subgraphs?: boolean } = {},
  ): Promise<GraphSnapshot> {
    const { checkpoint, subgraphs = false } = options;
    if (checkpoint?.id !== undefined) await this.#needCheckpoint(place, checkpoint);
    return plainSnapshot(
      await this.#of(place).graph.getState(configAt(place.thread, checkpoint), { subgraphs }),
    );
  }

  async history(place: GraphPlace, query: HistoryQuery): Promise<readonly GraphSnapshot[]> {
    const { before, metadata, checkpoint } = query;
    const found: GraphSnapshot[] = [];
    const states = this.#of(place).graph.getStateHistory(configAt(place.thread, checkpoint), {
      limit: Math.min(query.limit, HISTORY_LIMIT),
      ...(before !== undefined && { before: configAt(place.thread, { id: before }) }),
      ...(metadata && { filter: metadata }),
    });
    for await (const state of states) found.push(plainSnapshot(state));
    return found;
  }

  async update(place: GraphPlace, { values, asNode, checkpoint }: StateUpdate): Promise<CheckpointRef> {
    this.#checkUpdate(values, asNode);
    if (checkpoint?.id !== undefined) await this.#needCheckpoint(place, checkpoint);
    try {
      const config = configAt(place.thread, checkpoint);
      return refOf(await this.#of(place).graph.updateState(config, values, asNode));
    } catch (thrown) {
      if (thrown instanceof NaraeError) throw thrown;
      const reason = thrown instanceof Error ? firstLine(thrown.message) : 'it is refused';
      const field = asNode === undefined && /as_?node|ambiguous/i.test(reason) ? 'as_node' : 'values';
      throw new NaraeError('state_invalid', { field, values: { reason }, cause: thrown });
    }
  }

  copy({ tenant, thread }: GraphPlace, to: string): Promise<void> {
    return copyCheckpoints(this.#of({ tenant }).saver, thread, to);
  }

  async remove({ tenant, thread }: GraphPlace): Promise<void> {
    await this.#of({ tenant }).saver.deleteThread(thread);
  }

  async drawing(xray: boolean | number): Promise<GraphDrawing> {
    return (await this.#graph.getGraphAsync({ xray })).toJSON() as GraphDrawing;
  }

  /** A graph says at run time which fields its state has, and no more. */
  async schemas(): Promise<GraphSchemas> {
    const properties = Object.fromEntries(this.#fields().map((name) => [name, {}]));
    const state = { type: 'object', properties };
    return {
      input_schema: state,
      output_schema: state,
      state_schema: state,
      config_schema: null,
      context_schema: null,
    };
  }

  #of({ tenant }: Pick<GraphPlace, 'tenant'>): OwnGraph {
    return this.#tenants.memo(tenant);
  }

  /** Channels besides those that LangGraph adds for itself. */
  #fields(): string[] {
    return Object.keys(this.#graph.channels).filter((name) => !/^__|:/.test(name));
  }

  async #needCheckpoint({ tenant, thread }: GraphPlace, checkpoint: CheckpointRef): Promise<void> {
    const tuple = await this.#of({ tenant }).saver.getTuple(configAt(thread, checkpoint));
    if (tuple !== undefined) return;
    throw new NaraeError('checkpoint_not_found', {
      values: { thread, checkpoint: checkpoint.id ?? '' },
      field: 'checkpoint_id',
    });
  }

  #checkUpdate(values: unknown, asNode: string | undefined): void {
    if (asNode !== undefined && asNode !== '__end__' && !(asNode in this.#graph.nodes))
      throw misfit('as_node', `as_node must be a node of the graph: ${Object.keys(this.#graph.nodes)}`);
    if (values === null) return;
    if (typeof values !== 'object' || Array.isArray(values))
      throw misfit('values', 'values must be an object with fields of the state');
    const stranger = Object.keys(values as object).find((name) => !this.#fields().includes(name));
    if (stranger !== undefined)
      throw misfit(`values.${stranger}`, `the state has the fields ${this.#fields().join(', ')}`);
  }

  #failure(thrown: unknown): unknown {
    if (thrown instanceof NaraeError || (thrown as Error | null)?.name === 'AbortError') return thrown;
    const reason = thrown instanceof Error ? firstLine(`${thrown.name}: ${thrown.message}`) : 'an exception';
    return new NaraeError('graph_failed', { values: { graph: this.id, reason }, cause: thrown });
  }
}

interface OwnGraph {
  readonly graph: CompiledGraph;
  readonly saver: BaseCheckpointSaver;
}

/** The graph with a tenant's checkpoints; the user's own object is left as it is. */
function ownGraph(graph: CompiledGraph, saver: BaseCheckpointSaver): OwnGraph {
  const own = graph.withConfig({});
  own.checkpointer = saver;
  return { graph: own, saver };
}

function misfit(field: string, reason: string): NaraeError {
  return new NaraeError('state_invalid', { field, values: { reason } });
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 300).replace(/\.$/, '');
}
