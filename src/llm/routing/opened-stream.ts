import {
  type BatchFlow,
  BatchGate,
  type BatchSink,
  NaraeError,
  pour,
  toNaraeError,
} from '../../core/index.js';
import type { LlmPart } from '../spec.js';
import { isContent } from './content.js';
import type { OpenedStream } from './route.js';

/** Hears how a stream fares. */
export interface StreamWitness {
  /** Its first content is here. */
  opened(): void;
  /** It ended well, after `opened`. */
  ended(): void;
  /** It failed, before or after `opened`. The error that is passed on. */
  failed(error: unknown): NaraeError;
}

const NOBODY: StreamWitness = { opened: () => {}, ended: () => {}, failed: (error) => toNaraeError(error) };

/** Starts a stream and waits for its first content. Rejects with a NaraeError when it brings none. */
export function openStream(
  start: () => AsyncIterable<readonly LlmPart[]>,
  witness: StreamWitness = NOBODY,
): Promise<OpenedStream> {
  return new Promise((resolve, reject) => new Opening(witness, resolve, reject).start(start));
}

/** Holds the parts up to the first content, then lets them through as they come. */
class Opening implements OpenedStream, BatchSink<LlmPart> {
  first: readonly LlmPart[] = [];
  readonly #witness: StreamWitness;
  readonly #resolve: (stream: OpenedStream) => void;
  readonly #reject: (error: NaraeError) => void;
  readonly #rest = new BatchGate<LlmPart>();
  #isOpen = false;

  constructor(
    witness: StreamWitness,
    resolve: (stream: OpenedStream) => void,
    reject: (error: NaraeError) => void,
  ) {
    this.#witness = witness;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(start: () => AsyncIterable<readonly LlmPart[]>): void {
    try {
      this.#rest.feed(pour(start(), this));
    } catch (error) {
      this.fail(error);
    }
  }

  pipe(sink: BatchSink<LlmPart>): BatchFlow {
    this.#rest.open(sink);
    return this.#rest;
  }

  close(): void {
    this.#rest.stop();
  }

  push(batch: readonly LlmPart[]): void {
    if (this.#isOpen) {
      this.#rest.push(batch);
      return;
    }
    this.first = this.first.length === 0 ? batch : [...this.first, ...batch];
    if (!isContent(this.first)) return;
    this.#isOpen = true;
    this.#witness.opened();
    this.#resolve(this);
  }

  end(): void {
    if (!this.#isOpen) {
      this.fail(new NaraeError('llm_stream_broken', { values: { reason: 'it was empty' } }));
      return;
    }
    this.#witness.ended();
    this.#rest.end();
  }

  fail(thrown: unknown): void {
    const error = this.#witness.failed(thrown);
    if (this.#isOpen) this.#rest.fail(error);
    else this.#reject(error);
  }
}
