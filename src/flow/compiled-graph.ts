import { NaraeError } from '../core/index.js';
import { type DrawOptions, drawMermaid } from './graph/mermaid.js';
import type { Plan } from './graph/plan.js';
import type { GraphShape } from './graph/shape.js';
import { Run } from './run/run.js';
import { type Continuation, continuationOf } from './run/snapshot.js';
import { FlowStream, type HeardRun } from './run/stream.js';
import type { Hearing } from './run/teller.js';
import type {
  Checkpointer,
  FlowResult,
  FlowSnapshot,
  ResumeOptions,
  RunOptions,
  StreamOptions,
} from './spec.js';

const DEFAULT_MAX_UNREAD_EVENTS = 10_000;

/** A run that was interrupted: its snapshot, or the thread under which the checkpointer keeps it. */
export type Suspended = FlowSnapshot | { readonly thread: string };

/** Gets a run going. */
type Begin = (run: Run) => void;

/** A graph that can run. Runs share nothing but the plan; there can be any number at once. */
export class CompiledGraph<State, Update, Context = unknown> {
  readonly #shape: GraphShape;
  readonly #plan: Plan;
  readonly #checkpointer: Checkpointer | undefined;

  constructor(shape: GraphShape, plan: Plan, checkpointer: Checkpointer | undefined) {
    this.#shape = shape;
    this.#plan = plan;
    this.#checkpointer = checkpointer;
  }

  get name(): string {
    return this.#plan.name;
  }

  /** Runs to the end or to an interrupt. Rejects with what a node threw, or the signal's reason. */
  invoke(input: Update, options: RunOptions<Context> = {}): Promise<FlowResult<State>> {
    return this.#run((run) => run.begin(input as object), options).result;
  }

  /** The same, heard as it goes. */
  stream(input: Update, options: StreamOptions<Context>): FlowStream<State, Update> {
    const begin: Begin = (run) => run.begin(input as object);
    return this.#stream(options, (hearing) => this.#run(begin, options, hearing));
  }

  /** Answers an interrupt and goes on. Rejects with `graph_resume_refused` where there is none to answer. */
  async resume(
    from: Suspended,
    answer: unknown,
    options: ResumeOptions<Context> = {},
  ): Promise<FlowResult<State>> {
    return this.#resume(await this.#load(from), answer, options).result;
  }

  resumeStream(
    from: Suspended,
    answer: unknown,
    options: StreamOptions<Context> & ResumeOptions<Context>,
  ): FlowStream<State, Update> {
    return this.#stream(options, (hearing) => {
      let run: HeardRun<State> | undefined;
      let cancelled: { readonly error: unknown } | undefined;
      const result = this.#load(from).then((snapshot) => {
        if (cancelled !== undefined) throw cancelled.error;
        run = this.#resume(snapshot, answer, options, hearing);
        return run.result;
      });
      const cancel = (error: unknown): void => {
        cancelled ??= { error };
        run?.cancel(error);
      };
      return { result, cancel };
    });
  }

  /** A Mermaid flowchart. */
  toMermaid(options: DrawOptions = {}): string {
    return drawMermaid(this.#shape, options);
  }

  #stream(
    options: StreamOptions<Context>,
    begin: (hearing: Hearing) => HeardRun<State>,
  ): FlowStream<State, Update> {
    const { modes, maxUnreadEvents = DEFAULT_MAX_UNREAD_EVENTS } = options;
    return new FlowStream<State, Update>({ graph: this.name, modes, maxUnreadEvents }, begin);
  }

  #resume(
    snapshot: FlowSnapshot,
    answer: unknown,
    options: ResumeOptions<Context>,
    hearing?: Hearing,
  ): HeardRun<State> {
    const next: Continuation = continuationOf(this.#plan, snapshot, answer, options.node);
    return this.#run((run) => run.resume(next), options, hearing);
  }

  #run(begin: Begin, options: RunOptions<Context>, hearing?: Hearing): HeardRun<State> {
    let run!: Run;
    const result = new Promise<unknown>((resolve, reject) => {
      run = new Run(this.#plan, options, { resolve, reject }, hearing);
    }) as Promise<FlowResult<State>>;
    begin(run);
    return { result: this.#kept(result, options.thread), cancel: (error) => run.cancel(error) };
  }

  /** An interrupted run is kept under its thread before anybody hears of it; one that has finished is forgotten. */
  #kept(result: Promise<FlowResult<State>>, thread: string | undefined): Promise<FlowResult<State>> {
    const checkpointer = this.#checkpointer;
    if (checkpointer === undefined || thread === undefined) return result;
    return result.then(async (ended) => {
      if (ended.status === 'interrupted') await checkpointer.save(thread, ended.snapshot);
      else await checkpointer.delete(thread);
      return ended;
    });
  }

  async #load(from: Suspended): Promise<FlowSnapshot> {
    if (!('thread' in from)) return from;
    const snapshot = await this.#checkpointer?.load(from.thread);
    if (snapshot !== undefined) return snapshot;
    const reason = this.#checkpointer
      ? `nothing is kept under the thread "${from.thread}"`
      : 'the graph was compiled without a checkpointer';
    throw new NaraeError('graph_resume_refused', { values: { reason } });
  }
}
