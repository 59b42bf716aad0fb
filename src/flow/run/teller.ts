import type { Plan } from '../graph/plan.js';
import type { AnyState } from '../graph/shape.js';
import type { FlowEvent, NodeEvent, NodeOutcome, StreamMode } from '../spec.js';

/** Where a run's events go. */
export interface Hearing {
  readonly modes: ReadonlySet<StreamMode>;
  push(event: FlowEvent): void;
  drained(): Promise<void>;
}

/** A node's one turn. */
export interface Task {
  readonly node: number;
  readonly step: number;
  /** 0 when nobody watches. */
  readonly startedAtMs: number;
}

/** Tells the reader of a run and whoever watches its graph; where there are none, it makes nothing. */
export class Teller {
  readonly #plan: Plan;
  readonly #hearing: Hearing | undefined;
  readonly #isWatched: boolean;

  constructor(plan: Plan, hearing: Hearing | undefined) {
    this.#plan = plan;
    this.#hearing = hearing;
    this.#isWatched = plan.onNode !== undefined || this.listens('debug');
  }

  listens(mode: StreamMode): boolean {
    return this.#hearing?.modes.has(mode) === true;
  }

  publish(event: FlowEvent): void {
    this.#hearing?.push(event);
  }

  drained(): Promise<void> | undefined {
    return this.#hearing?.drained();
  }

  report(event: NodeEvent): void {
    this.#plan.onNode?.(event);
    if (this.listens('debug')) this.publish({ mode: 'debug', event });
  }

  update(node: number, update: object, state: AnyState): void {
    if (this.#hearing === undefined) return;
    if (this.listens('updates')) this.publish({ mode: 'updates', node: this.#nameOf(node), update });
    this.values(state);
  }

  values(state: AnyState): void {
    if (this.listens('values')) this.publish({ mode: 'values', state });
  }

  started(node: number, step: number): Task {
    if (!this.#isWatched) return { node, step, startedAtMs: 0 };
    this.report({ type: 'node-started', graph: this.#plan.name, node: this.#nameOf(node), step });
    return { node, step, startedAtMs: performance.now() };
  }

  finished({ node, step, startedAtMs }: Task, outcome: NodeOutcome): void {
    if (!this.#isWatched) return;
    const durationMs = performance.now() - startedAtMs;
    const name = this.#nameOf(node);
    this.report({ type: 'node-finished', graph: this.#plan.name, node: name, step, outcome, durationMs });
  }

  #nameOf(node: number): string {
    return this.#plan.names[node] ?? '';
  }
}
