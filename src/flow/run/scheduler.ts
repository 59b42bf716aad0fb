import type { Plan } from '../graph/plan.js';

/** Nothing has led here, or what did is done. */
const IDLE = 0;
/** Led to, and held by a node that may still lead here. */
const WAITING = 1;
const READY = 2;
const RUNNING = 3;
/** Running, and led to once more: runs again afterwards. */
const RUNNING_AGAIN = 4;
/** Waits for an answer. */
const SUSPENDED = 5;

/**
 * Says which node runs next. A node is active from being led to until it has finished; while it is, it holds the
 * nodes that it may lead to (`Plan.holds`).
 */
export class Scheduler {
  readonly #plan: Plan;
  readonly #phases: number[];
  /** How many active nodes hold each node. */
  readonly #holders: number[];
  /** When each node was led to, in completions. */
  readonly #since: number[];
  readonly #ready: number[] = [];
  #nextReady = 0;
  #running = 0;
  #completions = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#phases = new Array<number>(plan.start).fill(IDLE);
    this.#holders = new Array<number>(plan.start).fill(0);
    this.#since = new Array<number>(plan.start).fill(0);
  }

  /** Nodes that run. */
  get running(): number {
    return this.#running;
  }

  /** Nodes that have finished: the time by which updates are ordered. */
  get completions(): number {
    return this.#completions;
  }

  since(node: number): number {
    return this.#since[node] ?? 0;
  }

  /** These are led to from outside: at the start, or when a run goes on. */
  enter(nodes: readonly number[]): void {
    for (const node of nodes) this.#activate(node);
    for (const node of nodes) this.#offer(node);
  }

  /** Suspended as it was when the run was interrupted. */
  enterSuspended(node: number): void {
    this.#activate(node);
    this.#phases[node] = SUSPENDED;
  }

  /** Takes the next node to run; -1 when there is none. */
  next(): number {
    if (this.#nextReady === this.#ready.length) return -1;
    const node = this.#ready[this.#nextReady++] as number;
    if (this.#nextReady === this.#ready.length) {
      this.#ready.length = 0;
      this.#nextReady = 0;
    }
    this.#phases[node] = RUNNING;
    this.#running++;
    return node;
  }

  finished(node: number, targets: readonly number[]): void {
    const isLedToAgain = this.#phases[node] === RUNNING_AGAIN;
    this.#completions++;
    this.#running--;
    this.#phases[node] = IDLE;
    for (const target of targets) this.#activate(target);
    if (isLedToAgain) this.#activate(node);
    const held = this.#plan.holds[node] ?? [];
    for (const other of held) this.#holders[other] = (this.#holders[other] ?? 0) - 1;
    for (const target of targets) this.#offer(target);
    if (isLedToAgain) this.#offer(node);
    for (const other of held) this.#offer(other);
  }

  /** It runs no more, and leads nowhere. */
  failed(): void {
    this.#running--;
  }

  suspended(node: number): void {
    this.#running--;
    this.#phases[node] = SUSPENDED;
  }

  waitingNodes(): number[] {
    return [...this.#phases.keys()].filter((node) => this.#phases[node] === WAITING);
  }

  #activate(node: number): void {
    const phase = this.#phases[node];
    if (phase === RUNNING) this.#phases[node] = RUNNING_AGAIN;
    if (phase !== IDLE) return;
    this.#phases[node] = WAITING;
    this.#since[node] = this.#completions;
    for (const held of this.#plan.holds[node] ?? []) this.#holders[held] = (this.#holders[held] ?? 0) + 1;
  }

  #offer(node: number): void {
    if (this.#phases[node] !== WAITING || this.#holders[node] !== 0) return;
    this.#phases[node] = READY;
    this.#ready.push(node);
  }
}
