import { abortReason, NaraeError } from '../../core/index.js';
import type { Plan, PlannedRoute } from '../graph/plan.js';
import type { AnyState, NodeUpdate } from '../graph/shape.js';
import { TaskContext } from '../node/context.js';
import type { NodeHost } from '../node/host.js';
import { isPromise } from '../node/policies.js';
import type {
  FlowEvent,
  FlowResult,
  FlowSnapshot,
  NodeEvent,
  NodeOutcome,
  RunOptions,
  StreamMode,
} from '../spec.js';
import { Scheduler } from './scheduler.js';
import { type Continuation, snapshotOf } from './snapshot.js';
import { RunState } from './state.js';

/** Where a run's events go. */
export interface Hearing {
  readonly modes: ReadonlySet<StreamMode>;
  push(event: FlowEvent): void;
  drained(): Promise<void>;
}

export interface Ending {
  resolve(result: FlowResult<AnyState>): void;
  reject(error: unknown): void;
}

/** A node's one turn. */
interface Task {
  readonly node: number;
  readonly step: number;
  /** 0 when nobody watches. */
  readonly startedAtMs: number;
}

/** Nodes that were told to stop have this long to do so before the run is given up. */
const STOP_MS = 1_000;
const DEFAULT_MAX_STEPS = 100;
const NO_ANSWERS: readonly unknown[] = [];
const DRAINED = Promise.resolve();

/**
 * One run of a graph. Nodes that return no promise run one after another in the same turn. The first failure stops
 * the others: the run ends when they have, or after a second.
 */
export class Run implements NodeHost {
  readonly given: unknown;
  readonly #plan: Plan;
  readonly #options: RunOptions;
  readonly #hearing: Hearing | undefined;
  readonly #ending: Ending;
  readonly #isWatched: boolean;
  readonly #scheduler: Scheduler;
  readonly #state: RunState;
  readonly #open = new Map<number, unknown>();
  #answers: ReadonlyMap<number, readonly unknown[]> | undefined;
  #controller: AbortController | undefined;
  #failure: { readonly error: unknown } | undefined;
  #steps = 0;
  #isOver = false;
  #isDriving = false;
  #isListening = false;
  #stopTimer: NodeJS.Timeout | undefined;

  constructor(plan: Plan, options: RunOptions, ending: Ending, hearing?: Hearing) {
    this.given = options.context;
    this.#plan = plan;
    this.#options = options;
    this.#ending = ending;
    this.#hearing = hearing;
    this.#isWatched = plan.onNode !== undefined || hearing?.modes.has('debug') === true;
    this.#scheduler = new Scheduler(plan);
    this.#state = new RunState(plan);
  }

  get graph(): string {
    return this.#plan.name;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#failure !== undefined) this.#controller.abort(this.#failure.error);
      // Whoever asks for a signal may wait for it before returning a promise.
      this.#listen();
    }
    return this.#controller.signal;
  }

  /** Starts with an input, which is written like a node's update. */
  begin(input: object): void {
    this.#advance(() => {
      const { start } = this.#plan;
      this.#state.write(input, { node: start, since: 0, at: 0 }, () => {});
      this.#publishValues();
      this.#scheduler.enter(this.#targetsOf(start));
    });
  }

  /** Goes on where a run was suspended. */
  resume({ snapshot, waiting, suspended, answered, answers }: Continuation): void {
    this.#advance(() => {
      this.#state.restore(snapshot.state, snapshot.writers);
      this.#steps = snapshot.steps;
      this.#answers = answers;
      for (const { node, value } of suspended) {
        this.#scheduler.enterSuspended(node);
        this.#open.set(node, value);
      }
      this.#publishValues();
      this.#scheduler.enter([answered, ...waiting]);
    });
  }

  /** Ends the run early, with this error. */
  cancel(error: unknown): void {
    this.#fail(error);
    if (!this.#isDriving) this.#drive();
  }

  nameOf(node: number): string {
    return this.#plan.names[node] ?? '';
  }

  listens(mode: StreamMode): boolean {
    return this.#hearing?.modes.has(mode) === true && !this.#isOver;
  }

  publish(event: FlowEvent): void {
    this.#hearing?.push(event);
  }

  drained(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    return this.#hearing?.drained() ?? DRAINED;
  }

  report(event: NodeEvent): void {
    this.#plan.onNode?.(event);
    if (this.listens('debug')) this.publish({ mode: 'debug', event });
  }

  answersOf(node: number): readonly unknown[] {
    return this.#answers?.get(node) ?? NO_ANSWERS;
  }

  suspend(node: number, value: unknown): void {
    if (!this.#open.has(node)) this.#open.set(node, value);
  }

  #advance(step: () => void): void {
    const { signal } = this.#options;
    try {
      if (signal?.aborted) throw abortReason(signal);
      step();
    } catch (error) {
      this.#fail(error);
    }
    this.#drive();
  }

  /** Runs what is ready; ends the run when nothing runs any more. */
  #drive(): void {
    this.#isDriving = true;
    while (this.#failure === undefined) {
      const node = this.#scheduler.next();
      if (node < 0) break;
      this.#start(node);
    }
    this.#isDriving = false;
    if (this.#scheduler.running === 0) this.#end();
  }

  #start(node: number): void {
    const step = ++this.#steps;
    const { maxSteps = DEFAULT_MAX_STEPS } = this.#options;
    const task = { node, step, startedAtMs: this.#isWatched ? performance.now() : 0 };
    try {
      if (step > maxSteps)
        throw new NaraeError('graph_step_limit', { values: { graph: this.graph, limit: maxSteps } });
      if (this.#isWatched)
        this.report({ type: 'node-started', graph: this.graph, node: this.nameOf(node), step });
      const update = this.#plan.calls[node]?.(this.#state.current, new TaskContext(this, node, step));
      if (isPromise(update)) this.#await(task, update);
      else this.#settle(task, update);
    } catch (error) {
      this.#break(task, error);
    }
  }

  #await(task: Task, update: Promise<NodeUpdate>): void {
    this.#listen();
    update.then(
      (value) => this.#late(() => this.#settle(task, value), task),
      (error: unknown) => this.#late(() => this.#break(task, error), task),
    );
  }

  /** In a turn of its own. What comes after the end is nobody's any more. */
  #late(settle: () => void, task: Task): void {
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
    this.#state.write(update, write, (part) => this.#publishUpdate(node, part));
    const targets = this.#targetsOf(node);
    if (this.#answers !== undefined) this.#forget(node);
    this.#reportEnd(task, 'ok');
    scheduler.finished(node, targets);
  }

  #break(task: Task, error: unknown): void {
    if (this.#isLeft(task.node)) {
      this.#leave(task);
      return;
    }
    this.#reportEnd(task, 'error');
    this.#scheduler.failed();
    this.#fail(error);
  }

  /** The run is failing anyway, or the node waits for an answer. */
  #isLeft(node: number): boolean {
    return this.#failure !== undefined || this.#open.has(node);
  }

  /** A node that neither finished nor failed. */
  #leave(task: Task): void {
    const isInterrupted = this.#failure === undefined;
    this.#reportEnd(task, isInterrupted ? 'interrupted' : 'aborted');
    if (isInterrupted) this.#scheduler.suspended(task.node);
    else this.#scheduler.failed();
  }

  /** A node that is led to again later asks anew. */
  #forget(node: number): void {
    const rest = new Map(this.#answers);
    rest.delete(node);
    this.#answers = rest;
  }

  #targetsOf(node: number): readonly number[] {
    const exits = this.#plan.exits[node];
    if (exits === undefined || exits.routes.length === 0) return exits?.always ?? [];
    const targets = [...exits.always];
    for (const route of exits.routes) this.#follow(node, route, targets);
    return targets;
  }

  #follow(node: number, { route, targets: known }: PlannedRoute, targets: number[]): void {
    const chosen = route(this.#state.current);
    const names = typeof chosen === 'string' ? [chosen] : chosen;
    for (const name of names) {
      const target = known.get(name);
      if (target === undefined) throw this.#strayed(node, `"${name}"`, known);
      if (target !== this.#plan.end) targets.push(target);
    }
    if (names.length === 0) throw this.#strayed(node, 'nowhere', known);
  }

  #strayed(node: number, target: string, known: ReadonlyMap<string, number>): NaraeError {
    const values = { node: this.nameOf(node), target, known: [...known.keys()].join(', ') };
    return new NaraeError('graph_route_unknown', { values });
  }

  #publishUpdate(node: number, update: object): void {
    if (this.#hearing === undefined) return;
    if (this.listens('updates')) this.publish({ mode: 'updates', node: this.nameOf(node), update });
    this.#publishValues();
  }

  #publishValues(): void {
    if (this.listens('values')) this.publish({ mode: 'values', state: this.#state.current });
  }

  #reportEnd({ node, step, startedAtMs }: Task, outcome: NodeOutcome): void {
    if (!this.#isWatched) return;
    const durationMs = performance.now() - startedAtMs;
    const name = this.nameOf(node);
    this.report({ type: 'node-finished', graph: this.graph, node: name, step, outcome, durationMs });
  }

  /** From here on nothing starts, and what runs is told to stop. */
  #fail(error: unknown): void {
    if (this.#failure !== undefined || this.#isOver) return;
    this.#failure = { error };
    this.#controller?.abort(error);
    this.#stopTimer = setTimeout(() => this.#end(), STOP_MS);
  }

  readonly #onAbort = (): void => this.cancel(abortReason(this.#options.signal as AbortSignal));

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#stopTimer);
    if (this.#isListening) this.#options.signal?.removeEventListener('abort', this.#onAbort);
    if (this.#failure !== undefined) this.#ending.reject(this.#failure.error);
    else this.#ending.resolve(this.#result());
  }

  #result(): FlowResult<AnyState> {
    const state = this.#state.current;
    const steps = this.#steps;
    if (this.#open.size === 0) return { status: 'finished', state, steps };
    const interrupts = [...this.#open].map(([node, value]) => ({ node: this.nameOf(node), value }));
    return { status: 'interrupted', state, steps, interrupts, snapshot: this.#snapshot() };
  }

  #snapshot(): FlowSnapshot {
    return snapshotOf(this.#plan, {
      state: this.#state,
      steps: this.#steps,
      waiting: this.#scheduler.waitingNodes(),
      open: this.#open,
      answers: this.#answers,
    });
  }
}
