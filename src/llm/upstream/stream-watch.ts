import type { NaraeError } from '../../core/index.js';
import type { LlmTimeouts } from '../options.js';
import type { CalledAs } from '../spec.js';
import type { Deadline, DeadlineWheel } from './deadline-wheel.js';
import { timeoutError } from './failures.js';

/** How long a server that has said everything may keep the connection open before we stop listening. */
const GRACE_MS = 1_000;

type Phase =
  | { readonly kind: 'waiting'; readonly key: 'firstTokenTimeoutMs' | 'stallTimeoutMs' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'grace' };

const FIRST_TOKEN = { kind: 'waiting', key: 'firstTokenTimeoutMs' } as const;
const MID_ANSWER = { kind: 'waiting', key: 'stallTimeoutMs' } as const;
const PAUSED = { kind: 'paused' } as const;
const GRACE = { kind: 'grace' } as const;

/**
 * Watches one upstream stream: the first token, the gaps between tokens, the total. Time in which our own consumer
 * keeps the stream waiting does not count as the upstream's silence.
 */
export class StreamWatch {
  readonly #timeouts: LlmTimeouts;
  readonly #calledAs: CalledAs;
  readonly #onTimeout: (error: NaraeError) => void;
  readonly #onGraceOver: () => void;
  readonly #gap: Deadline;
  readonly #total: Deadline;
  #phase: Phase = FIRST_TOKEN;
  #started = false;

  constructor(options: {
    wheel: DeadlineWheel;
    timeouts: LlmTimeouts;
    calledAs: CalledAs;
    /** Called at most once a deadline, with the `llm_timeout` to abort with. */
    onTimeout: (error: NaraeError) => void;
    /** Called when a finished stream stays open. */
    onGraceOver: () => void;
  }) {
    this.#timeouts = options.timeouts;
    this.#calledAs = options.calledAs;
    this.#onTimeout = options.onTimeout;
    this.#onGraceOver = options.onGraceOver;
    this.#gap = options.wheel.start(this.#timeouts.firstTokenTimeoutMs, () => this.#gapOver());
    this.#total = options.wheel.start(this.#timeouts.totalTimeoutMs, () =>
      this.#onTimeout(this.#timeout('in all', 'totalTimeoutMs')),
    );
  }

  /** Parts arrived, which the consumer took at once. */
  sawParts(): void {
    this.#started = true;
    if (this.#phase.kind === 'waiting') this.#wait(MID_ANSWER);
    // Some servers name a reason with every chunk: as long as they go on, so does the answer.
    else if (this.#phase.kind === 'grace') this.#gap.set(GRACE_MS);
  }

  /** The consumer wants no more for now. */
  pause(): void {
    if (this.#phase.kind !== 'waiting') return;
    this.#phase = PAUSED;
    this.#gap.set(Number.POSITIVE_INFINITY);
  }

  /** The consumer is back for more. */
  resume(): void {
    if (this.#phase.kind === 'paused') this.#wait(this.#started ? MID_ANSWER : FIRST_TOKEN);
  }

  /** The finish reason is known; usage and the end may follow soon, or not at all. */
  allowGrace(): void {
    if (this.#phase.kind === 'grace') return;
    this.#phase = GRACE;
    this.#gap.set(GRACE_MS);
  }

  dispose(): void {
    this.#gap.cancel();
    this.#total.cancel();
  }

  #wait(phase: Extract<Phase, { kind: 'waiting' }>): void {
    this.#phase = phase;
    this.#gap.set(this.#timeouts[phase.key]);
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
    return timeoutError(this.#calledAs, { limitMs: this.#timeouts[key], phase, key: optionName(key) });
  }
}

/** As users write it in their configuration, where times are in seconds. */
function optionName(key: keyof LlmTimeouts): string {
  return key.replace(/Ms$/, 'Seconds');
}
