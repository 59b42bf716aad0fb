import { NaraeError } from '../../core/index.js';
import type { NodeContext, StreamMode } from '../spec.js';
import type { NodeHost } from './host.js';

/** Thrown to leave a node that waits for an answer. No failure, and nobody's business but the runtime's. */
export class Interruption {
  readonly message = 'The node is suspended until it is resumed.';
}

interface Changes {
  readonly signal?: AbortSignal;
  readonly attempt?: number;
  /** Why interrupts are refused from here on. */
  readonly uninterruptible?: string;
}

/** A node's context, for one attempt. */
export class TaskContext implements NodeContext {
  readonly step: number;
  readonly attempt: number;
  readonly #host: NodeHost;
  readonly #node: number;
  readonly #signal: AbortSignal | undefined;
  readonly #uninterruptible: string | undefined;
  /** Interrupts of this attempt so far. */
  #interrupts = 0;

  constructor(host: NodeHost, node: number, step: number, changes: Changes = {}) {
    this.#host = host;
    this.#node = node;
    this.step = step;
    this.attempt = changes.attempt ?? 1;
    this.#signal = changes.signal;
    this.#uninterruptible = changes.uninterruptible;
  }

  get node(): string {
    return this.#host.nameOf(this.#node);
  }

  get run(): unknown {
    return this.#host.given;
  }

  get signal(): AbortSignal {
    return this.#signal ?? this.#host.signal;
  }

  get host(): NodeHost {
    return this.#host;
  }

  writer(data: unknown): void {
    const host = this.#host;
    if (host.listens('custom')) host.publish({ mode: 'custom', node: this.node, data });
  }

  message(part: unknown): void {
    const host = this.#host;
    if (host.listens('messages')) host.publish({ mode: 'messages', node: this.node, part });
  }

  listens(mode: StreamMode): boolean {
    return this.#host.listens(mode);
  }

  drained(): Promise<void> {
    return this.#host.drained();
  }

  interrupt<Answer>(value: unknown): Answer {
    const reason = this.#uninterruptible;
    if (reason !== undefined)
      throw new NaraeError('graph_interrupt_refused', { values: { node: this.node, reason } });
    const answers = this.#host.answersOf(this.#node);
    const index = this.#interrupts++;
    if (index < answers.length) return answers[index] as Answer;
    this.#host.suspend(this.#node, value);
    throw new Interruption();
  }

  /** The same task, within other limits. */
  with(changes: Changes): TaskContext {
    return new TaskContext(this.#host, this.#node, this.step, {
      attempt: this.attempt,
      ...(this.#signal !== undefined && { signal: this.#signal }),
      ...(this.#uninterruptible !== undefined && { uninterruptible: this.#uninterruptible }),
      ...changes,
    });
  }
}
