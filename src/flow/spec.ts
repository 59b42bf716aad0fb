/** The contract of the graph runtime: what nodes, caches, stores and readers of a run see. */
import type { CancelSignal } from '../core/index.js';

export const START = '__start__';
export const END = '__end__';
export type Start = typeof START;
export type End = typeof END;

/** What a node is given beside the state. */
export interface NodeContext<Context = unknown> {
  readonly node: string;
  /** Number of this step in its run, from 1. */
  readonly step: number;
  /** Number of this attempt, from 1; see `NodeOptions.retry`. */
  readonly attempt: number;
  /** What the run was given (`RunOptions.context`). */
  readonly run: Context;
  /** Aborts when the run is cancelled or another node failed, or when this attempt's time is over. */
  readonly signal: AbortSignal;
  /** Sends `data` to readers of `custom`; costs next to nothing when there are none. */
  writer(data: unknown): void;
  /** Sends a part of a message to readers of `messages`. */
  message(part: unknown): void;
  /** Whether anybody reads these events: for data that is dear to make. */
  listens(mode: StreamMode): boolean;
  /** Resolves when the reader can take more; for nodes that write thousands of events. Rejects when the run is over. */
  drained(): Promise<void>;
  /**
   * Suspends the run until it is resumed with an answer, which this then returns. On resuming, this node runs again
   * from its beginning; nodes that have finished do not. `value` and the state must be serialisable.
   */
  interrupt<Answer = unknown>(value: unknown): Answer;
}

/** A promise, or not: a node that returns no promise costs none. */
export type MaybePromise<Value> = Value | Promise<Value>;

export type NodeFunction<State, Update, Context = unknown> = (
  state: State,
  context: NodeContext<Context>,
) => MaybePromise<Update>;

/** Chooses where to go from the state; must be quick and have no effect. */
export type Route<State, Target extends string> = (state: State) => Target | readonly Target[];

export interface NodeRetry {
  /** Attempts in all. */
  readonly maxAttempts: number;
  /** Wait before the second attempt in milliseconds, doubled for each further one. Default 250. */
  readonly minDelayMs?: number;
  /** Longest wait in milliseconds. Default 5,000. */
  readonly maxDelayMs?: number;
  /** Whether trying again makes sense. Default: unless it is a NaraeError that says otherwise. */
  readonly retryIf?: (error: unknown) => boolean;
}

export interface NodeCachePolicy<State> {
  /** Names all that the update depends on, the tenant included; undefined: this one is not cached. */
  readonly key: (state: State) => string | undefined;
  /** Default: the cache's own. Milliseconds. */
  readonly ttlMs?: number;
}

export interface NodeOptions<State, FieldName extends string = string> {
  readonly retry?: NodeRetry;
  /** Bounds each attempt. Without it a node may take as long as its run. */
  readonly timeoutMs?: number;
  /** A cached node's update is taken from the cache; its events are not sent again. */
  readonly cache?: NodeCachePolicy<State>;
  /** The fields that it may write: lets `compile` find fields that are written side by side. Default: any. */
  readonly writes?: readonly FieldName[];
}

/** Where updates of nodes are kept. Whoever composes the program puts a cache behind it. */
export interface NodeCache {
  /** At once, from memory. */
  peek(key: NodeCacheKey): object | undefined;
  /** Computes at most once at a time for a key; rejects with what `compute` rejects with. */
  getOrCompute(
    key: NodeCacheKey,
    compute: (signal: AbortSignal) => Promise<object>,
    options: { readonly signal: AbortSignal; readonly ttlMs?: number },
  ): Promise<object>;
}

export interface NodeCacheKey {
  readonly graph: string;
  readonly node: string;
  readonly key: string;
}

/** A suspended run as plain data: JSON if state, interrupt values and answers are. */
export interface FlowSnapshot {
  readonly version: 1;
  readonly graph: string;
  readonly state: Readonly<Record<string, unknown>>;
  /** Steps so far. */
  readonly steps: number;
  /** Nodes that were led to and wait for a branch. */
  readonly waiting: readonly string[];
  readonly interrupts: readonly SuspendedNode[];
  /** Who wrote each field last. */
  readonly writers: Readonly<Record<string, string>>;
}

export interface SuspendedNode extends OpenInterrupt {
  /** Answers that the node has had already, in the order of its interrupts. */
  readonly answers: readonly unknown[];
}

/** What a node waits for. */
export interface OpenInterrupt {
  readonly node: string;
  readonly value: unknown;
}

/** Keeps the snapshots of suspended runs. */
export interface Checkpointer {
  load(thread: string): MaybePromise<FlowSnapshot | undefined>;
  save(thread: string, snapshot: FlowSnapshot): MaybePromise<void>;
  delete(thread: string): MaybePromise<void>;
}

export type FlowResult<State> =
  | { readonly status: 'finished'; readonly state: State; readonly steps: number }
  | {
      readonly status: 'interrupted';
      readonly state: State;
      readonly steps: number;
      readonly interrupts: readonly OpenInterrupt[];
      readonly snapshot: FlowSnapshot;
    };

export type StreamMode = 'values' | 'updates' | 'messages' | 'custom' | 'debug';

/** What readers of a run hear; only of the modes that they asked for. */
export type FlowEvent<State = unknown, Update = unknown> =
  /** The state after the input, and after each update. */
  | { readonly mode: 'values'; readonly state: State }
  | { readonly mode: 'updates'; readonly node: string; readonly update: Update }
  | { readonly mode: 'messages'; readonly node: string; readonly part: unknown }
  | { readonly mode: 'custom'; readonly node: string; readonly data: unknown }
  | { readonly mode: 'debug'; readonly event: NodeEvent };

export type NodeOutcome = 'ok' | 'error' | 'aborted' | 'interrupted';

/** The life of a node. Durations are milliseconds. */
export type NodeEvent =
  | { readonly type: 'node-started'; readonly graph: string; readonly node: string; readonly step: number }
  | {
      readonly type: 'node-retried';
      readonly graph: string;
      readonly node: string;
      readonly step: number;
      /** Number of the attempt that follows, from 2. */
      readonly attempt: number;
      readonly delayMs: number;
    }
  | {
      readonly type: 'node-finished';
      readonly graph: string;
      readonly node: string;
      readonly step: number;
      readonly outcome: NodeOutcome;
      readonly durationMs: number;
    };

export interface RunOptions<Context = unknown> {
  /** Cancels every node; the run rejects with its reason. Any AbortSignal will do. */
  readonly signal?: CancelSignal;
  /** Nodes run at most, each turn of a loop counted. Default 100. */
  readonly maxSteps?: number;
  /** Handed to every node as `context.run`. */
  readonly context?: Context;
  /** Under which name the checkpointer keeps the run while it is interrupted. */
  readonly thread?: string;
}

export interface ResumeOptions<Context = unknown> extends RunOptions<Context> {
  /** Whose interrupt is answered; needed when several nodes wait. */
  readonly node?: string;
}

export interface StreamOptions<Context = unknown> extends RunOptions<Context> {
  readonly modes: readonly StreamMode[];
  /** Events that may wait for the reader before the run fails. Default 10,000. */
  readonly maxUnreadEvents?: number;
}
