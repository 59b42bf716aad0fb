/**
 * The contract between LangGraph's API and the graphs that it serves: the built-in one, and those that users bring.
 * Everything that a graph gives is plain data, as it goes into JSON.
 */
import type { GraphPart } from '../../answer/index.js';
import type { ThreadLease, ThreadState } from '../../threads/spec.js';

export const STREAM_MODES = [
  'values',
  'updates',
  'messages-tuple',
  'messages',
  'custom',
  'tasks',
  'checkpoints',
  'debug',
] as const;

export type GraphStreamMode = (typeof STREAM_MODES)[number];

/**
 * One event of a run as it stands in the run's log, its data encoded once for all who read it. `event`: `values`,
 * `updates`, …; in a subgraph followed by its place, `values|child:<task>`.
 */
export type GraphEvent = GraphPart;

export interface GraphPlace {
  readonly tenant: string;
  readonly thread: string;
}

export interface CheckpointRef {
  /** Absent: the newest of the namespace. */
  readonly id?: string;
  /** Of a subgraph; default: the graph itself, `''`. */
  readonly namespace?: string;
}

export interface GraphCommand {
  readonly update?: unknown;
  readonly resume?: unknown;
  readonly goto?: unknown;
}

/** What a run is to do. */
export interface GraphOrder {
  /** `null`: go on from the checkpoint. */
  readonly input: unknown;
  readonly command?: GraphCommand;
  /** Default: the newest. */
  readonly checkpoint?: CheckpointRef;
  readonly config: {
    readonly configurable: Readonly<Record<string, unknown>>;
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly tags?: readonly string[];
    /** Supersteps. */
    readonly recursionLimit?: number;
  };
  readonly context?: unknown;
  readonly modes: readonly GraphStreamMode[];
  /** Whether events of subgraphs come too. */
  readonly subgraphs: boolean;
  readonly interruptBefore?: '*' | readonly string[];
  readonly interruptAfter?: '*' | readonly string[];
  readonly durability?: 'sync' | 'async' | 'exit';
}

/** Where a run takes place. */
export interface GraphRun extends GraphPlace {
  readonly run: string;
  readonly lease: ThreadLease;
  /** Of the thread, as the run found it. */
  readonly state: ThreadState;
  readonly signal: AbortSignal;
  emit(events: readonly GraphEvent[]): void;
}

export interface GraphTask {
  readonly id: string;
  readonly name: string;
  readonly error?: string;
  readonly interrupts: readonly GraphInterrupt[];
  readonly result?: unknown;
  /** Of the subgraph that the task runs. */
  readonly checkpoint?: CheckpointRef;
  readonly state?: GraphSnapshot;
}

export type GraphInterrupt = Readonly<Record<string, unknown>>;

export interface GraphSnapshot {
  readonly values: unknown;
  /** Nodes that would run next; empty at the end. */
  readonly next: readonly string[];
  readonly tasks: readonly GraphTask[];
  /** Without an id where nothing is stored yet. */
  readonly checkpoint: CheckpointRef;
  readonly parent?: CheckpointRef;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAt?: string;
}

export interface HistoryQuery {
  readonly limit: number;
  /** Only checkpoints before this one. */
  readonly before?: string;
  readonly checkpoint?: CheckpointRef;
  /** Only checkpoints whose metadata has these values. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface StateUpdate {
  readonly values: unknown;
  /** The node that is taken to have written it. */
  readonly asNode?: string;
  readonly checkpoint?: CheckpointRef;
}

export interface GraphDrawing {
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
  readonly edges: readonly Readonly<Record<string, unknown>>[];
}

/** JSON Schemas; `null` where the graph does not say. */
export interface GraphSchemas {
  readonly input_schema: unknown;
  readonly output_schema: unknown;
  readonly state_schema: unknown;
  readonly config_schema: unknown;
  readonly context_schema: unknown;
}

/**
 * A graph that is served. Places are known to exist and to be the tenant's. All methods may reject with
 * `graph_unavailable`; those that name a checkpoint with `checkpoint_not_found`.
 */
export interface ServedGraph {
  readonly id: string;
  readonly description?: string;
  /**
   * Refuses what no run can do, before there is one: `unsupported_option`, `state_invalid`. `place`: of a thread that
   * is there.
   */
  check(order: GraphOrder, place?: GraphPlace): Promise<void>;
  /** Resolves when it has ended or waits for a person. */
  run(order: GraphOrder, run: GraphRun): Promise<void>;
  /** Undoes what a run stored, under its lease; `mark` is what `mark` gave before it. */
  rollBack(run: GraphRun, mark: unknown): Promise<void>;
  /** Where the thread stands, to come back to. */
  mark(place: GraphPlace): Promise<unknown>;
  state(
    place: GraphPlace,
    options?: { readonly checkpoint?: CheckpointRef; readonly subgraphs?: boolean },
  ): Promise<GraphSnapshot>;
  /** Newest first. */
  history(place: GraphPlace, query: HistoryQuery): Promise<readonly GraphSnapshot[]>;
  /** Rejects with `state_invalid` for what does not fit. Gives the new checkpoint. */
  update(place: GraphPlace, update: StateUpdate, run: { readonly fence: number }): Promise<CheckpointRef>;
  /** The states of a thread for its copy; the turns of both are copied already. */
  copy(place: GraphPlace, to: string): Promise<void>;
  remove(place: GraphPlace): Promise<void>;
  drawing(xray: boolean | number): Promise<GraphDrawing>;
  schemas(): Promise<GraphSchemas>;
}
