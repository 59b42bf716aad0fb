/**
 * The contract of conversations: threads, their leases, and runs with streams that can be taken up again.
 * Every call names its tenant; a thread of another tenant is `thread_not_found`, as if it were not there.
 */
import type { BatchSource, ErrorData, NaraeError } from '../core/index.js';
import type { ChatMessage, Citation, FinishReason, RecallFacts, Source, TokenUsage } from '../llm/spec.js';

/** A source as a thread remembers it: enough to show the citation, without the passage's text. */
export type TurnSource = Omit<Source, 'text'>;

/** What is kept about an answer beside its words. */
export interface TurnFacts {
  readonly model?: string;
  readonly provider?: string;
  readonly usage?: TokenUsage;
  readonly finishReason?: FinishReason;
  readonly collection?: string;
  readonly sources?: readonly TurnSource[];
  readonly citations?: readonly Citation[];
  /** How the cache of answers took part; absent where there was none, and in turns of older versions. */
  readonly recall?: RecallFacts;
  /** Small facts of the writer's own; counts as payload. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface NewTurn {
  /** The question's messages, then the answer's. */
  readonly messages: readonly ChatMessage[];
  readonly facts?: TurnFacts;
  /** The run that wrote it. */
  readonly run?: string;
}

/**
 * One turn, never changed once stored. A thread is a tree of turns:
 *
 *   0 ── 1 ── 2 ── 3          the question of 3 was edited: 4 has the same parent,
 *              └── 4 ── 5     and the head moved to 5: the current branch is 1 2 4 5
 */
export interface Turn extends NewTurn {
  /** From 1, rising over all branches of the thread, never given twice. */
  readonly sequence: number;
  /** The turn before it; 0 for the first of a branch that starts with the thread. May have been pruned. */
  readonly parent: number;
  readonly createdAtMs: number;
}

/** A turn, or a record that cannot be read: torn, or written by a newer version. */
export type HistoryEntry =
  | { readonly kind: 'turn'; readonly turn: Turn }
  | {
      readonly kind: 'unreadable';
      readonly sequence: number;
      readonly parent: number;
      /** `thread_record_unreadable`. */
      readonly error: NaraeError;
    };

export interface ThreadInfo {
  readonly id: string;
  readonly title?: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What was said before the turns that are handed to a model, in few words. */
  readonly summary?: ThreadSummary;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** The last turn of the current branch; 0 while there is none. */
  readonly head: number;
  /** Turns on the current branch. */
  readonly turns: number;
  /** Turns on all branches. */
  readonly records: number;
  /** Bytes of all records before compression, and as stored. */
  readonly payloadBytes: number;
  readonly storedBytes: number;
  /** Records that are stored compressed. */
  readonly compressedRecords: number;
  /** When it goes by itself, unless it is used before; absent: never. */
  readonly expiresAtMs?: number;
}

export interface ThreadSummary {
  readonly text: string;
  /** It covers the current branch up to this turn. */
  readonly through: number;
}

/** The newest state: what a model or the page needs first. */
export interface ThreadState {
  readonly info: ThreadInfo;
  /** Ids of the current branch, oldest first, as ranges: `[[1, 57], [60, 61]]`. */
  readonly path: readonly SequenceRange[];
  /** The last of the current branch, oldest first; without those that cannot be read. */
  readonly turns: readonly Turn[];
  /** One `thread_record_unreadable` for each of the last turns that cannot be read. */
  readonly unreadable: readonly NaraeError[];
}

export type SequenceRange = readonly [first: number, last: number];

/**
 * The right to append. At most one holder at a time as long as it is renewed, which the store does. `fence` rises
 * with every grant, and what carries an older one is refused with `thread_lease_lost`.
 */
export interface ThreadLease {
  readonly fence: number;
  /** Aborts with `thread_lease_lost` when it could not be renewed in time or was taken. */
  readonly lost: AbortSignal;
  /** Idempotent. */
  release(): Promise<void>;
}

export interface OpenedThread {
  readonly lease: ThreadLease;
  readonly state: ThreadState;
}

export interface CreateThread {
  /** 1 to 128 letters, digits, `-`, `_`, `.` or `:`. Default: a new one. */
  readonly id?: string;
  readonly title?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Default `fail`: `thread_exists`. `keep`: gives the one that is there. */
  readonly ifExists?: 'fail' | 'keep';
}

export interface LoadOptions {
  /** Turns to bring, 0 to 1,000. Default 10. With 0 the thread is only looked at: that is no use that prolongs its life. */
  readonly lastTurns?: number;
}

export interface OpenOptions extends LoadOptions {
  /** Who asks, for the log: a run's id. */
  readonly holder: string;
  /** The lease runs out so long after its last renewal. Default 15,000. */
  readonly ttlMs?: number;
  /** Makes the thread where there is none. */
  readonly create?: Pick<CreateThread, 'title' | 'metadata'>;
}

export interface WriteOptions {
  readonly fence: number;
  /** Gives the lease back in the same round trip. */
  readonly release?: boolean;
}

export interface AppendOptions extends WriteOptions {
  /**
   * The turn to go on from; 0: start anew. Default: the head. Another than the head opens a branch (an edited
   * question, a regenerated answer), and the head moves there. `checkpoint_not_found` if there is no such turn.
   */
  readonly after?: number;
}

export interface ThreadPage {
  /** Newest first by last use. */
  readonly items: readonly ThreadInfo[];
  readonly nextCursor?: string;
}

export interface HistoryOptions {
  /** 1 to 1,000. */
  readonly limit: number;
  /** Only turns with a smaller sequence. */
  readonly before?: number;
  /** `current` (default): the head's branch. `all`: every branch, to be put together by `parent`. */
  readonly branches?: 'current' | 'all';
}

export interface HistoryPage {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
  /** Give it as `before` for the next page; absent on the last. */
  readonly nextBefore?: number;
}

export interface ThreadPatch {
  /** `null` takes it away. */
  readonly title?: string | null;
  /** Merged field by field; a field that is `null` goes. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly summary?: ThreadSummary | null;
}

export interface PruneOptions {
  /** Turns of the current branch that stay in any case. */
  readonly keepLast?: number;
  /** Only turns that are older go. At least one of the two is needed. */
  readonly olderThanMs?: number;
}

/** Where conversations are kept. Calls reject with `storage_…` or `redis_…` when the engine fails. */
export interface ThreadStore {
  create(tenant: string, thread: CreateThread): Promise<ThreadInfo>;
  /** One round trip. */
  load(tenant: string, thread: string, options?: LoadOptions): Promise<ThreadState>;
  /** One round trip for all (one a node, in a cluster); undefined for those that are not there. At most 1,000. */
  loadMany(
    tenant: string,
    threads: readonly string[],
    options?: LoadOptions,
  ): Promise<readonly (ThreadState | undefined)[]>;
  /** Loads with the lease, in one round trip; undefined when another holds it. */
  open(tenant: string, thread: string, options: OpenOptions): Promise<OpenedThread | undefined>;
  /** One round trip, durable when it resolves. Rejects with `thread_lease_lost`; nothing is stored then. */
  append(tenant: string, thread: string, turn: NewTurn, options: AppendOptions): Promise<AppendedTurn>;
  /** Makes another turn the head: the page's "previous version". 0: an empty conversation. */
  moveHead(tenant: string, thread: string, sequence: number, options: WriteOptions): Promise<ThreadInfo>;
  /** Rejects with `checkpoint_not_found` or `thread_record_unreadable`. */
  getTurn(tenant: string, thread: string, sequence: number): Promise<Turn>;
  /** Takes one turn out; those after it move to its parent. For records that cannot be read. */
  removeTurn(tenant: string, thread: string, sequence: number, options: WriteOptions): Promise<ThreadInfo>;
  history(tenant: string, thread: string, options: HistoryOptions): Promise<HistoryPage>;
  list(tenant: string, options: { readonly limit: number; readonly cursor?: string }): Promise<ThreadPage>;
  /** Needs no lease: titles and metadata are not part of the conversation. */
  patch(tenant: string, thread: string, patch: ThreadPatch): Promise<ThreadInfo>;
  /** A new thread of the branch that ends in `at` (default: the head). Sequences stay. */
  fork(
    tenant: string,
    thread: string,
    options?: { readonly at?: number } & CreateThread,
  ): Promise<ThreadInfo>;
  /** A new thread with all branches. */
  copy(tenant: string, thread: string, options?: CreateThread): Promise<ThreadInfo>;
  /** Drops old turns; gives how many went. */
  prune(tenant: string, thread: string, options: PruneOptions & WriteOptions): Promise<number>;
  /** Whole, at once. Rejects with `thread_not_found`. */
  delete(tenant: string, thread: string): Promise<void>;
  /** Clears away what ran out of life, a bounded number at a time; gives how many. Called in the background too. */
  sweep(): Promise<number>;
  /** Idempotent; releases no lease, so that another process takes over when they run out. */
  close(): Promise<void>;
}

export interface AppendedTurn {
  readonly sequence: number;
  readonly parent: number;
  readonly info: ThreadInfo;
}

/** `interrupted`: cancelled, or pushed aside by a newer run. `timeout`: took longer than it was given. */
export type RunStatus = 'pending' | 'running' | 'success' | 'error' | 'interrupted' | 'timeout';

/**
 * What a new run does where one is under way. `reject`: `thread_busy`. `enqueue`: waits for its turn. `interrupt`:
 * stops the others, keeping what they stored. `rollback`: stops the others and undoes them.
 */
export type DoubleTexting = 'reject' | 'enqueue' | 'interrupt' | 'rollback';

export interface RunInfo {
  readonly id: string;
  readonly thread: string;
  readonly status: RunStatus;
  readonly strategy: DoubleTexting;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAtMs: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  /** Of `error` and `timeout`. */
  readonly error?: ErrorData;
}

/** What is done in a run. Knows the thread only through its state and its lease. */
export interface RunContext<Part> {
  readonly run: string;
  readonly thread: string;
  readonly lease: ThreadLease;
  /** As the run found it. */
  readonly state: ThreadState;
  /** Aborts when the run is cancelled, times out or loses its lease. */
  readonly signal: AbortSignal;
  /** Adds parts to the run's log, for all who read it. Never blocks; the log drops its oldest when it is full. */
  write(parts: readonly Part[]): void;
}

/** A turn that a run leaves behind when its process dies: what was asked, which would be gone with it. */
export interface LostTurn extends Omit<NewTurn, 'run'> {
  /** As in `AppendOptions`. Where that turn is gone, or the conversation has gone on meanwhile, the head stays. */
  readonly after?: number;
}

export interface RunRequest<Part> {
  readonly tenant: string;
  readonly thread: string;
  /** Default: a new id. */
  readonly id?: string;
  /** Default `enqueue`. */
  readonly strategy?: DoubleTexting;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Makes the thread where there is none; without it, `thread_not_found`. */
  readonly createThread?: Pick<CreateThread, 'title' | 'metadata'>;
  /** Turns of the state that the run is given. Default 10. */
  readonly lastTurns?: number;
  /** From its start to its end. Default: the server's. */
  readonly timeoutMs?: number;
  /**
   * Resolves: `success`. Rejects: `error`, or `interrupted` after a cancel. Stores what it must by
   * `ThreadStore.append` with the lease's fence, before it resolves.
   */
  readonly execute: (context: RunContext<Part>) => Promise<void>;
  /** Told once when an accepted run is over, also where `execute` was never called. Must not throw. */
  readonly onOver?: () => void;
  /**
   * Stored with the run's place, in the same write. When the process dies before the run has ended, the thread gets
   * this turn: before its next run begins, else within seconds of the death's being noticed.
   */
  readonly ifLost?: LostTurn;
  /** Called when the run is rolled back, still under its lease: undoes what `execute` stored beside the turns. */
  readonly undo?: (context: RunContext<Part>) => Promise<void>;
}

export interface RunEvent<Part> {
  /** From 1, without gaps, the same on every node; `Last-Event-ID` on the wire. */
  readonly id: number;
  readonly part: Part;
}

export interface ReadRunOptions {
  /** Only events after this id. Default 0: from the beginning. */
  readonly after?: number;
  /** `cancel`: the run is cancelled when this reader leaves before the end and nobody else reads. Default `continue`. */
  readonly onDisconnect?: 'continue' | 'cancel';
}

export interface CancelOptions {
  /** `interrupt` (default) keeps what the run stored; `rollback` moves the thread's head back and forgets the run. */
  readonly action?: 'interrupt' | 'rollback';
  /** Waits until it has ended. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal;
}

export interface Runs<Part> {
  /**
   * Resolves when the run is stored and has its place. Rejects with `thread_not_found`, `thread_busy` (reject, or
   * too many waiting) or `closing`.
   */
  create(request: RunRequest<Part>): Promise<RunInfo>;
  /** Rejects with `run_not_found`. */
  get(tenant: string, thread: string, run: string): Promise<RunInfo>;
  /** The thread of a run, for routes that name the run only. Rejects with `run_not_found`. */
  find(tenant: string, run: string): Promise<RunInfo>;
  /** Newest first. */
  list(
    tenant: string,
    thread: string,
    options?: { readonly limit?: number; readonly offset?: number; readonly status?: RunStatus },
  ): Promise<readonly RunInfo[]>;
  /** Resolves with its final state. Rejects with `run_not_found` or the signal's reason. */
  wait(tenant: string, thread: string, run: string, signal?: AbortSignal): Promise<RunInfo>;
  /**
   * The run's events to its end, any number of readers, each at its own pace. Fails with `run_not_found`, with
   * `stream_events_gone` when what comes next was dropped, with `run_failed` when the process that ran it is gone.
   */
  stream(tenant: string, thread: string, run: string, options?: ReadRunOptions): BatchSource<RunEvent<Part>>;
  /** Rejects with `run_not_found`; a run that has ended is left as it is. */
  cancel(tenant: string, thread: string, run: string, options?: CancelOptions): Promise<void>;
  /** Forgets a run that has ended. Rejects with `run_not_found`, `thread_busy` while it is under way. */
  delete(tenant: string, thread: string, run: string): Promise<void>;
  /** Finishes runs whose process is gone as failed; gives how many. Called in the background too. */
  sweep(): Promise<number>;
  /** Takes no more, interrupts what is under way and records it. Idempotent. */
  close(): Promise<void>;
}
