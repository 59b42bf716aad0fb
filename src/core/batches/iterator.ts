import type { BatchFlow, BatchSink, BatchSource } from './source.js';

/** A source, read by iterating. Between two calls of `next` the source is paused. */
export class BatchIterator<Item>
  implements AsyncIterableIterator<readonly Item[], undefined>, BatchSink<Item>
{
  readonly #source: Pick<BatchSource<Item>, 'pipe'>;
  #flow: BatchFlow | undefined;
  #held: (readonly Item[])[] = [];
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(source: Pick<BatchSource<Item>, 'pipe'>) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<readonly Item[], undefined>> {
    if (this.#held.length === 0 && !this.#isOver) await this.#more();
    const value = this.#held.shift();
    if (value !== undefined) return { done: false, value };
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<readonly Item[], undefined>> {
    this.#flow?.stop();
    this.#held = [];
    this.#failure = undefined;
    this.end();
    return { done: true, value: undefined };
  }

  push(batch: readonly Item[]): void {
    this.#held.push(batch);
    this.#flow?.pause();
    this.#changed();
  }

  end(): void {
    this.#isOver = true;
    this.#changed();
  }

  fail(error: unknown): void {
    if (!this.#isOver) this.#failure = { error };
    this.end();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#flow === undefined) this.#flow = this.#source.pipe(this);
      else this.#flow.resume();
    });
  }

  #changed(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
