import { soon } from '../soon.js';
import { type BatchFlow, type BatchSink, isBatchSource } from './source.js';

/**
 * Reads any iterable of batches into a sink: directly where the source knows how, else by iterating.
 * What the sink throws is a failure of the stream: the source is cancelled and the sink told.
 */
export function pour<Item>(source: AsyncIterable<readonly Item[]>, sink: BatchSink<Item>): BatchFlow {
  if (isBatchSource(source)) return source.pipe(sink);
  const pump = new Pump(source[Symbol.asyncIterator](), sink);
  soon(() => void pump.run());
  return pump;
}

class Pump<Item> implements BatchFlow {
  readonly #iterator: AsyncIterator<readonly Item[], unknown>;
  readonly #sink: BatchSink<Item>;
  #isStopped = false;
  #isPaused = false;
  #wake: (() => void) | undefined;

  constructor(iterator: AsyncIterator<readonly Item[], unknown>, sink: BatchSink<Item>) {
    this.#iterator = iterator;
    this.#sink = sink;
  }

  async run(): Promise<void> {
    try {
      await this.#pump();
    } catch (error) {
      if (this.#isStopped) return;
      this.stop();
      this.#sink.fail(error);
    }
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#wake?.();
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#wake?.();
    // What is cut off has nobody left to report to.
    this.#iterator.return?.().catch(() => {});
  }

  async #pump(): Promise<void> {
    while (!this.#isStopped) {
      const result = await this.#iterator.next();
      if (this.#isStopped) return;
      if (result.done) {
        this.#isStopped = true;
        this.#sink.end();
        return;
      }
      this.#sink.push(result.value);
      if (this.#isPaused) await this.#resumed();
    }
  }

  #resumed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
