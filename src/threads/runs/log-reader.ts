import { type BatchFlow, type BatchSink, NaraeError } from '../../core/index.js';
import type { RunEvent } from '../spec.js';
import type { RunLog } from './run-log.js';

/** One reader of a run's log. While it is paused it holds nothing; it reads on from the log. */
export class LogReader<Part> implements BatchFlow {
  readonly #log: RunLog<Part>;
  readonly #sink: BatchSink<RunEvent<Part>>;
  #readId: number;
  #isPaused = false;
  #isPumping = false;
  #isGone = false;

  constructor(log: RunLog<Part>, sink: BatchSink<RunEvent<Part>>, after: number) {
    this.#log = log;
    this.#sink = sink;
    this.#readId = after;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.pump();
  }

  stop(): void {
    this.#isGone = true;
    this.#log.leave(this);
  }

  /** Hands over all that is there; a sink that throws is failed with what it threw, and nobody else hears of it. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (!this.#isGone && !this.#isPaused && this.#readId < this.#log.lastId) this.#deliver();
      this.#finish();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isPumping = false;
    }
  }

  #deliver(): void {
    const events = this.#log.since(this.#readId);
    if (events instanceof NaraeError) {
      this.#fail(events);
      return;
    }
    this.#readId = this.#log.lastId;
    this.#sink.push(events);
  }

  #finish(): void {
    const { ending, lastId } = this.#log;
    if (ending === undefined || this.#isGone || this.#readId < lastId) return;
    this.stop();
    if (ending.kind === 'end') this.#sink.end();
    else this.#sink.fail(ending.error);
  }

  #fail(error: unknown): void {
    this.stop();
    this.#sink.fail(error);
  }
}
