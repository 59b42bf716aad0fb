import { NaraeError } from '../../core/index.js';
import type { Plan } from '../graph/plan.js';
import type { AnyState, NodeUpdate } from '../graph/shape.js';
import { TaskContext } from '../node/context.js';
import type { NodeHost } from '../node/host.js';
import { isPromise } from '../node/policies.js';
import type { FlowEvent, FlowResult, NodeEvent, RunOptions, StreamMode } from '../spec.js';
import { Interrupts } from './interrupts.js';
import { targetsOf } from './routes.js';
import { Scheduler } from './scheduler.js';
import { type Continuation, snapshotOf } from './snapshot.js';
import { RunState } from './state.js';
import { Stopping, type StoppingHooks } from './stopping.js';
import { type Hearing, type Task, Teller } from './teller.js';

export interface Ending {
  resolve(result: FlowResult<AnyState>): void;
  reject(error: unknown): void;
}

const DEFAULT_MAX_STEPS = 100;
const DRAINED = Promise.resolve();

/**
 * One run of a graph. Nodes that return no promise run one after another in the same turn. The first failure stops
 * the others: the run ends when they have, or after a second.
 */
export class Run implements NodeHost, StoppingHooks {
  readonly given: unknown;
  readonly #plan: Plan;
  readonly #maxSteps: number;
  readonly #ending: Ending;
  readonly #teller: Teller;
  readonly #stopping: Stopping;
  readonly #scheduler: Scheduler;
  readonly #state: RunState;
  readonly #interrupts = new Interrupts();
  #steps = 0;
  #isOver = false;
  #isDriving = false;

  constructor(plan: Plan, options: RunOptions, ending: Ending, hearing?: Hearing) {
    this.given = options.context;
    this.#plan = plan;
    this.#maxSteps = options.maxSteps ?? DEFAULT_MAX_STEPS;
    this.#ending = ending;
    this.#teller = new Teller(plan, hearing);
    this.#stopping = new Stopping(options.signal, this);
    this.#scheduler = new Scheduler(plan);
    this.#state = new RunState(plan);
  }

  /** Starts with an input, which is written like a node's update. */
  begin(input: object): void {
    this.#advance(() => {
      const { start } = this.#plan;
      this.#state.write(input, { node: start, since: 0, at: 0 }, () => {});
      this.#teller.values(this.#state.current);
      this.#scheduler.enter(targetsOf(this.#plan, start, this.#state.current));
    });
  }

  /** Goes on where a run was suspended. */
  resume({ snapshot, waiting, suspended, answered, answers }: Continuation): void {
    this.#advance(() => {
      this.#state.restore(snapshot.state, snapshot.writers);
      this.#steps = snapshot.steps;
      this.#interrupts.restore(answers);
      for (const { node, value } of suspended) {
        this.#scheduler.enterSuspended(node);
        this.#interrupts.ask(node, value);
      }
      this.#teller.values(this.#state.current);
      this.#scheduler.enter([answered, ...waiting]);
    });
  }

  /** Ends the run early, with this error. */
  cancel(error: unknown): void {
    if (this.#isOver) return;
    this.#stopping.stop(error);
    if (!this.#isDriving) this.#drive();
  }

  onAbort(reason: Error): void {
    this.cancel(reason);
  }

  onOverdue(): void {
    this.#end();
  }

  get graph(): string {
    return this.#plan.name;
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  nameOf(node: number): string {
    return this.#plan.names[node] ?? '';
  }

  listens(mode: StreamMode): boolean {
    return this.#teller.listens(mode) && !this.#isOver;
  }

  publish(event: FlowEvent): void {
    this.#teller.publish(event);
  }

  drained(): Promise<void> {
    const { failure } = this.#stopping;
    if (failure !== undefined) return Promise.reject(failure.error);
    return this.#teller.drained() ?? DRAINED;
  }

  report(event: NodeEvent): void {
    this.#teller.report(event);
  }

  answersOf(node: number): readonly unknown[] {
    return this.#interrupts.answersOf(node);
  }

  suspend(node: number, value: unknown): void {
    this.#interrupts.ask(node, value);
  }

  #advance(step: () => void): void {
    try {
      this.#stopping.throwIfAborted();
      step();
    } catch (error) {
      this.#stopping.stop(error);
    }
    this.#drive();
  }

  /** Runs what is ready; ends the run when nothing runs any more. */
  #drive(): void {
    this.#isDriving = true;
    while (this.#stopping.failure === undefined) {
      const node = this.#scheduler.next();
      if (node < 0) break;
      this.#start(node);
    }
    this.#isDriving = false;
    if (this.#scheduler.running === 0) this.#end();
  }

  #start(node: number): void {
    const step = ++this.#steps;
    const task = this.#teller.started(node, step);
    try {
      if (step > this.#maxSteps) throw this.#tooManySteps();
      const update = this.#plan.calls[node]?.(this.#state.current, new TaskContext(this, node, step));
      if (isPromise(update)) this.#await(task, update);
      else this.#settle(task, update);
    } catch (error) {
      this.#break(task, error);
    }
  }

  #await(task: Task, update: Promise<NodeUpdate>): void {
    this.#stopping.listen();
    update.then(
      (value) => this.#late(task, () => this.#settle(task, value)),
      (error: unknown) => this.#late(task, () => this.#break(task, error)),
    );
  }

  /** In a turn of its own. What comes after the end is nobody's any more. */
  #late(task: Task, settle: () => void): void {
    if (this.#isOver) return;
    try {
      settle();
    } catch (error) {
      this.#break(task, error);
    }
    this.#drive();
  }

  #settle(task: Task, update: NodeUpdate): void {
    const { node } = task;
    if (this.#isLeft(node)) {
      this.#leave(task);
      return;
    }
    const scheduler = this.#scheduler;
    const write = { node, since: scheduler.since(node), at: scheduler.completions + 1 };
    this.#state.write(update, write, (part) => this.#teller.update(node, part, this.#state.current));
    const targets = targetsOf(this.#plan, node, this.#state.current);
    this.#interrupts.forget(node);
    this.#teller.finished(task, 'ok');
    scheduler.finished(node, targets);
  }

  #break(task: Task, error: unknown): void {
    if (this.#isLeft(task.node)) {
      this.#leave(task);
      return;
    }
    this.#teller.finished(task, 'error');
    this.#scheduler.failed();
    this.#stopping.stop(error);
  }

  /** The run is failing anyway, or the node waits for an answer. */
  #isLeft(node: number): boolean {
    return this.#stopping.failure !== undefined || this.#interrupts.open.has(node);
  }

  /** A node that neither finished nor failed. */
  #leave(task: Task): void {
    const isInterrupted = this.#stopping.failure === undefined;
    this.#teller.finished(task, isInterrupted ? 'interrupted' : 'aborted');
    if (isInterrupted) this.#scheduler.suspended(task.node);
    else this.#scheduler.failed();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopping.dispose();
    const { failure } = this.#stopping;
    if (failure !== undefined) this.#ending.reject(failure.error);
    else this.#ending.resolve(this.#result());
  }

  #result(): FlowResult<AnyState> {
    const state = this.#state.current;
    const steps = this.#steps;
    const { open } = this.#interrupts;
    if (open.size === 0) return { status: 'finished', state, steps };
    const interrupts = [...open].map(([node, value]) => ({ node: this.nameOf(node), value }));
    const waiting = this.#scheduler.waitingNodes();
    const snapshot = snapshotOf(this.#plan, {
      state: this.#state,
      steps,
      waiting,
      interrupts: this.#interrupts,
    });
    return { status: 'interrupted', state, steps, interrupts, snapshot };
  }

  #tooManySteps(): NaraeError {
    return new NaraeError('graph_step_limit', { values: { graph: this.graph, limit: this.#maxSteps } });
  }
}
