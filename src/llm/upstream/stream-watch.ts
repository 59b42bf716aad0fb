import { NaraeError } from '../../core/index.js';
import type { LlmTimeouts } from '../options.js';
import type { Deadline, DeadlineWheel } from './deadline-wheel.js';

/** How long a server that has said everything may keep the connection open before we stop listening. */
const GRACE_MS = 1_000;

type Phase =
  | { readonly kind: 'waiting'; readonly key: 'firstTokenTimeoutMs' | 'stallTimeoutMs' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'grace' };

/**
 * Watches one upstream stream: the first token, the gaps between tokens, the total. Time in which our own consumer
 * keeps the stream waiting does not count as the upstream's silence.
 */
export class StreamWatch {
  readonly #timeouts: LlmTimeouts;
  readonly #model: string;
  readonly #onTimeout: (error: NaraeError) => void;
  readonly #onGraceOver: () => void;
  readonly #gap: Deadline;
  readonly #total: Deadline;
  #phase: Phase = { kind: 'waiting', key: 'firstTokenTimeoutMs' };
  #started = false;

  constructor(options: {
    wheel: DeadlineWheel;
    timeouts: LlmTimeouts;
    model: string;
    /** Called at most once a deadline, with the `llm_timeout` to abort with. */
    onTimeout: (error: NaraeError) => void;
    /** Called when a finished stream stays open. */
    onGraceOver: () => void;
  }) {
    this.#timeouts = options.timeouts;
    this.#model = options.model;
    this.#onTimeout = options.onTimeout;
    this.#onGraceOver = options.onGraceOver;
    this.#gap = options.wheel.start(this.#timeouts.firstTokenTimeoutMs, () => this.#gapOver());
    this.#total = options.wheel.start(this.#timeouts.totalTimeoutMs, () =>
      this.#onTimeout(this.#timeout('in all', 'totalTimeoutMs')),
    );
  }

  /** Parts arrived and are with the consumer now. */
  pause(): void {
    this.#started = true;
    this.#phase = { kind: 'paused' };
    this.#gap.set(Number.POSITIVE_INFINITY);
  }

  /** The consumer is back for more. */
  resume(): void {
    this.#phase = { kind: 'waiting', key: this.#started ? 'stallTimeoutMs' : 'firstTokenTimeoutMs' };
    this.#gap.set(this.#timeouts[this.#phase.key]);
  }

  /** The finish reason is known; usage and the end may follow soon, or not at all. */
  allowGrace(): void {
    this.#phase = { kind: 'grace' };
    this.#gap.set(GRACE_MS);
  }

  dispose(): void {
    this.#gap.cancel();
    this.#total.cancel();
  }

  #gapOver(): void {
    if (this.#phase.kind === 'grace') this.#onGraceOver();
    else if (this.#phase.kind === 'waiting') this.#onTimeout(this.#gapTimeout(this.#phase.key));
  }

  #gapTimeout(key: 'firstTokenTimeoutMs' | 'stallTimeoutMs'): NaraeError {
    const phase = key === 'stallTimeoutMs' ? 'in the middle of its answer' : 'waiting for its first token';
    return this.#timeout(phase, key);
  }

  #timeout(phase: string, key: keyof LlmTimeouts): NaraeError {
    const seconds = this.#timeouts[key] / 1000;
    return new NaraeError('llm_timeout', {
      values: { model: this.#model, seconds, phase, key: optionName(key) },
    });
  }
}

/** As users write it in their configuration, where times are in seconds. */
function optionName(key: keyof LlmTimeouts): string {
  return key.replace(/Ms$/, 'Seconds');
}
