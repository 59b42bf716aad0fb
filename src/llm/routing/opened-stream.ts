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

/** Holds the parts up to the first content; what follows goes through the gate. */
class Opening extends BatchGate<LlmPart> implements OpenedStream {
  first: readonly LlmPart[] = [];
  readonly #witness: StreamWitness;
  readonly #resolve: (stream: OpenedStream) => void;
  readonly #reject: (error: NaraeError) => void;
  #hasContent = false;

  constructor(
    witness: StreamWitness,
    resolve: (stream: OpenedStream) => void,
    reject: (error: NaraeError) => void,
  ) {
    super();
    this.#witness = witness;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(start: () => AsyncIterable<readonly LlmPart[]>): void {
    try {
      this.feed(pour(start(), this));
    } catch (error) {
      this.fail(error);
    }
  }

  pipe(sink: BatchSink<LlmPart>): BatchFlow {
    this.open(sink);
    return this;
  }

  close(): void {
    this.stop();
  }

  override push(batch: readonly LlmPart[]): void {
    if (this.#hasContent) {
      super.push(batch);
      return;
    }
    this.first = this.first.length === 0 ? batch : [...this.first, ...batch];
    if (!isContent(this.first)) return;
    this.#hasContent = true;
    this.#witness.opened();
    this.#resolve(this);
  }

  override end(): void {
    if (!this.#hasContent) {
      this.fail(new NaraeError('llm_stream_broken', { values: { reason: 'it was empty' } }));
      return;
    }
    this.#witness.ended();
    super.end();
  }

  override fail(thrown: unknown): void {
    const error = this.#witness.failed(thrown);
    if (this.#hasContent) super.fail(error);
    else this.#reject(error);
  }
}
