import type { Api, Question } from '../api/client.js';
import { type Failure, isAbort, toFailure } from '../api/failure.js';
import { isConnectionLost } from '../api/follow-run.js';
import type { ActiveRun, Thread } from '../api/types.js';
import { newId } from '../ui/new-id.js';
import {
  type Branch,
  type ConversationEvent,
  headOf,
  isRunning,
  type Phase,
  reduceConversation,
  type Turn,
} from './conversation.js';
import { runQuestion } from './run-question.js';
import { turnOf } from './stored-turns.js';

export interface SessionState {
  readonly turns: Branch;
  readonly status: 'loading' | 'ready' | 'failed';
  /** The number before which older turns can be loaded; absent when all are there. */
  readonly earlier?: number;
  /** Why the conversation could not be loaded, or what was asked of it (but an answer) did not work. */
  readonly problem?: Failure;
}

/** What an answer depends on beside its question. */
export type Manner = Pick<Question, 'collection' | 'model'>;

export interface SessionHost {
  /** A question was sent; its turn has this id. */
  onAsked(turnId: string): void;
  /** The server's conversation is another than before: others may want to read it again. */
  onChanged(): void;
}

/** After this long without the server's word, an answer that is to stop is left. */
const STOP_TIMEOUT_MS = 3_000;

/** Wait before a conversation is read again whose answer under way cannot be followed. */
const REREAD_DELAY_MS = 2_000;

/**
 * One conversation, followed: loads it, asks, takes up an answer that is under way, one at a time. Leaving it ends no
 * answer; the server writes it to its end.
 */
export class Session {
  #state: SessionState;
  #left = new AbortController();
  /** Ends the reading of the running answer, not the answer. */
  #reading = new AbortController();
  /** The turn whose answer is to stop. */
  #stopping: string | undefined;
  /** Somebody else changed the conversation while an answer was running here. */
  #isOutdated = false;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly api: Api,
    readonly thread: string,
    private readonly isNew: boolean,
    private readonly host: SessionHost,
  ) {
    this.#state = { turns: [], status: isNew ? 'ready' : 'loading' };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): SessionState => this.#state;

  enter(): void {
    this.#left = new AbortController();
    if (!this.isNew) void this.refresh();
  }

  leave(): void {
    this.#left.abort();
    this.#reading.abort();
  }

  get running(): boolean {
    return this.#state.turns.some(isRunning);
  }

  ask(question: string, manner: Manner): void {
    this.#start({ question, after: headOf(this.#state.turns), forceNew: false, ...manner });
  }

  /** In the place of the turn, which stays as another version. */
  edit(turn: Turn, question: string, manner: Manner): void {
    this.#start({ question, after: turn.after, forceNew: false, ...manner });
  }

  /** A complete answer is made anew, past the caches. One that was only lost on the way is looked for first. */
  async askAgain(turn: Turn, manner: Manner): Promise<void> {
    const { run, phase, question, after } = turn;
    if (run !== undefined && isLost(phase) && (await this.refresh()) && this.#knows(run)) return;
    this.#start({ question, after, forceNew: phase.status === 'done', ...manner });
  }

  stop(): void {
    const turn = this.#state.turns.find(isRunning);
    if (!turn || this.#stopping !== undefined) return;
    this.#stopping = turn.id;
    const reading = this.#reading;
    setTimeout(() => reading.abort(), STOP_TIMEOUT_MS);
    if (turn.run !== undefined) this.#cancel(turn.run);
  }

  /** Shows another version of a turn, with what followed it. */
  async show(sequence: number): Promise<void> {
    if (this.running) return;
    const shown = await this.#try(() => this.api.showTurn(this.thread, sequence));
    if (shown && (await this.refresh())) this.host.onChanged();
  }

  async loadEarlier(): Promise<void> {
    const { earlier } = this.#state;
    if (earlier === undefined) return;
    await this.#try(async () => {
      const { turns, next_before } = await this.api.thread(this.thread, this.#left.signal, earlier);
      this.#set({ earlier: next_before });
      this.#apply({ type: 'extended', turns: turns.map(turnOf) });
    });
  }

  /** Reads the conversation again; while an answer runs here, after its end. False when that did not work. */
  async refresh(): Promise<boolean> {
    this.#isOutdated = this.running;
    if (this.running) return true;
    return this.#try(async () => {
      const found = await this.api.thread(this.thread, this.#left.signal);
      if (this.running) this.#isOutdated = true;
      else this.#take(found);
    });
  }

  #take({ turns, runs, next_before }: Thread): void {
    this.#apply({ type: 'loaded', turns: turns.map(turnOf) });
    this.#set({ status: 'ready', earlier: next_before });
    const active = runs.find(({ status }) => status === 'running') ?? runs.at(-1);
    if (active) this.#resume(active);
  }

  #resume({ id: run, question, after }: ActiveRun): void {
    const id = newId();
    this.#apply({ type: 'asked', id, question, after: after ?? headOf(this.#state.turns) });
    this.#apply({ type: 'started', id, run });
    void this.#follow(id, (signal) => this.api.follow(run, signal));
  }

  #start(question: Omit<Question, 'thread'>): void {
    if (this.running) return;
    const id = newId();
    this.#set({ status: 'ready', problem: undefined });
    this.#apply({ type: 'asked', id, question: question.question, after: question.after });
    this.host.onAsked(id);
    void this.#follow(id, (signal) => this.api.ask({ ...question, thread: this.thread }, signal));
  }

  async #follow(id: string, open: (signal: AbortSignal) => ReturnType<Api['ask']>): Promise<void> {
    const left = this.#left.signal;
    this.#reading = new AbortController();
    const phase = await runQuestion(id, open(this.#reading.signal), (event) => this.#observe(event));
    const stopped = this.#stopping === id;
    this.#stopping = undefined;
    if (left.aborted) return;
    if (isGone(phase)) return this.#readAgain(id);
    const ended = stopped && phase?.status !== 'done' ? STOPPED : phase;
    this.#apply({ type: 'ended', id, phase: ended ?? STOPPED });
    this.host.onChanged();
    if (this.#isOutdated) await this.refresh();
  }

  #observe(event: ConversationEvent): void {
    this.#apply(event);
    if (event.type !== 'started') return;
    this.host.onChanged();
    if (this.#stopping === event.id) this.#cancel(event.run);
  }

  /** When that does not reach the server, the answer goes on there; `stop` has set a limit to the wait. */
  #cancel(run: string): void {
    this.api.stop(this.thread, run).catch(() => undefined);
  }

  /** The answer's events are gone from the server's log; it stands in the conversation, or will soon. */
  async #readAgain(id: string): Promise<void> {
    const { signal } = this.#left;
    await new Promise((resolve) => setTimeout(resolve, REREAD_DELAY_MS));
    if (signal.aborted) return;
    this.#apply({ type: 'ended', id, phase: { status: 'failed', failure: { kind: 'incomplete' } } });
    await this.refresh();
  }

  #knows(run: string): boolean {
    return this.#state.turns.some((turn) => turn.run === run);
  }

  /** False when it failed, which the state then says, or when the reader left. */
  async #try(action: () => Promise<void>): Promise<boolean> {
    const { signal } = this.#left;
    try {
      await action();
      if (this.#state.problem && !signal.aborted) this.#set({ problem: undefined });
      return !signal.aborted;
    } catch (thrown) {
      if (!isAbort(thrown) && !signal.aborted) this.#fail(toFailure(thrown));
      return false;
    }
  }

  /** What is on the page stays there, unless the conversation itself is gone. */
  #fail(problem: Failure): void {
    const isGoneForGood = problem.kind === 'refused' && problem.code === 'thread_not_found';
    const isEmpty = this.#state.turns.length === 0;
    this.#set({ problem, ...((isEmpty || isGoneForGood) && { status: 'failed', turns: [] }) });
  }

  #apply(event: ConversationEvent): void {
    this.#set({ turns: reduceConversation(this.#state.turns, event) });
  }

  #set(change: Partial<{ [Key in keyof SessionState]: SessionState[Key] | undefined }>): void {
    const { problem, earlier, ...rest } = { ...this.#state, ...change } as SessionState;
    this.#state = { ...rest, ...(problem && { problem }), ...(earlier && { earlier }) };
    for (const listener of this.#listeners) listener();
  }
}

const STOPPED: Phase = { status: 'stopped' };

/** Whether the answer may be on the server though it did not arrive. */
function isLost(phase: Phase): boolean {
  return phase.status === 'failed' && isConnectionLost(phase.failure);
}

function isGone(phase: Phase | undefined): boolean {
  if (phase?.status !== 'failed' || phase.failure.kind !== 'refused') return false;
  return ['stream_events_gone', 'run_not_found'].includes(phase.failure.code);
}
