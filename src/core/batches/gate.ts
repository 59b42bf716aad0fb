import { soon } from '../soon.js';
import type { BatchFlow, BatchSink } from './source.js';

type Ending = { readonly kind: 'end' } | { readonly kind: 'fail'; readonly error: unknown };

/**
 * Holds what comes until a sink is there, and pauses its source meanwhile; from then on it lets everything through
 * in the turn in which it comes. What the sink throws while held batches go out stops the source and fails the sink.
 */
export class BatchGate<Item> implements BatchSink<Item>, BatchFlow {
  #source: BatchFlow | undefined;
  #sink: BatchSink<Item> | undefined;
  #held: (readonly Item[])[] = [];
  #ending: Ending | undefined;
  /** Nothing is held back. */
  #isOpen = false;
  #isPaused = false;

  /** Names the flow that fills the gate. */
  feed(source: BatchFlow): void {
    this.#source = source;
    if (this.#held.length > 0) source.pause();
  }

  /** Lets through to the sink from the next turn on, so that its owner has the flow before anything comes. */
  open(sink: BatchSink<Item>): void {
    this.#sink = sink;
    soon(() => this.#release());
  }

  push(batch: readonly Item[]): void {
    if (this.#isOpen) {
      this.#sink?.push(batch);
      return;
    }
    this.#held.push(batch);
    this.#source?.pause();
  }

  end(): void {
    if (this.#isOpen) this.#sink?.end();
    else this.#ending ??= { kind: 'end' };
  }

  fail(error: unknown): void {
    if (this.#isOpen) this.#sink?.fail(error);
    else this.#ending ??= { kind: 'fail', error };
  }

  pause(): void {
    this.#isPaused = true;
    this.#source?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#isOpen) this.#source?.resume();
    else this.#release();
  }

  stop(): void {
    this.#sink = undefined;
    this.#held = [];
    this.#source?.stop();
  }

  #release(): void {
    const sink = this.#sink;
    if (sink === undefined || this.#isOpen) return;
    try {
      this.#empty(sink);
    } catch (error) {
      this.stop();
      sink.fail(error);
    }
  }

  #empty(sink: BatchSink<Item>): void {
    while (this.#held.length > 0) {
      if (this.#isPaused) return;
      sink.push(this.#held.shift() as readonly Item[]);
      if (this.#sink !== sink) return;
    }
    this.#isOpen = true;
    if (this.#ending?.kind === 'end') sink.end();
    else if (this.#ending?.kind === 'fail') sink.fail(this.#ending.error);
    else if (!this.#isPaused) this.#source?.resume();
  }
}
