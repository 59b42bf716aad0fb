import type { Broadcast } from './broadcast.js';
import type { BatchFlow, BatchSink } from './source.js';

/** One reader of a broadcast, at its own pace. */
export class BroadcastListener<Item> implements BatchFlow {
  /** Number of the item that it reads next. */
  position: number;
  isPaused = false;
  readonly #broadcast: Broadcast<Item>;
  readonly #sink: BatchSink<Item>;
  #isPumping = false;
  #isGone = false;

  constructor(broadcast: Broadcast<Item>, sink: BatchSink<Item>, position: number) {
    this.#broadcast = broadcast;
    this.#sink = sink;
    this.position = position;
  }

  pause(): void {
    if (this.isPaused || this.#isGone) return;
    this.isPaused = true;
    this.#broadcast.balance();
  }

  resume(): void {
    if (!this.isPaused || this.#isGone) return;
    this.isPaused = false;
    this.#broadcast.balance();
    this.pump();
  }

  stop(): void {
    this.#isGone = true;
    this.#broadcast.leave(this);
  }

  /** Ends a listener that is too far behind. */
  cut(error: Error): void {
    if (this.#isGone) return;
    this.stop();
    this.#sink.fail(error);
  }

  /**
   * Hands over all that is there. What the sink does meanwhile may bring more, which follows in the same loop and so
   * in order. A sink that throws is failed with what it threw, and nobody else hears of it.
   */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#wants()) this.#deliver();
      this.#finish();
    } catch (error) {
      this.stop();
      this.#sink.fail(error);
    } finally {
      this.#isPumping = false;
    }
  }

  #wants(): boolean {
    return !this.#isGone && !this.isPaused && this.position < this.#broadcast.head;
  }

  #deliver(): void {
    const items = this.#broadcast.since(this.position);
    this.position = this.#broadcast.head;
    this.#sink.push(items);
  }

  #finish(): void {
    const { ending, head } = this.#broadcast;
    if (ending === undefined || this.#isGone || this.position < head) return;
    this.stop();
    if (ending.kind === 'fail') this.#sink.fail(ending.error);
    else if (ending.kind === 'end') this.#sink.end();
  }
}
