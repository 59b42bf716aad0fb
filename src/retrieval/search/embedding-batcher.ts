import { type Clock, deriveSignal, NaraeError, untilAborted } from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import type { Embedder } from '../spec.js';

/** After a failure the embedder is left alone for so long: not every question must wait for its timeout. */
const COOL_DOWN_MS = 10_000;

export interface EmbeddingBatcherOptions {
  readonly timeoutMs: number;
  readonly emit: EventSink;
  readonly clock: Clock;
}

interface Waiting {
  readonly text: string;
  readonly signal: AbortSignal;
  resolve(vector: Float32Array): void;
  reject(error: unknown): void;
}

/**
 * One embedder's questions: those of one turn of the event loop travel in one call, whoever asks them. One that the
 * embedder refuses for what it says, such as its length, neither fails the others nor makes the embedder rest.
 */
export class EmbeddingBatcher {
  readonly #embedder: Embedder;
  readonly #options: EmbeddingBatcherOptions;
  /** Bounded by the requests that are let in. */
  #waiting: Waiting[] = [];
  #rest: { readonly untilMs: number; readonly error: NaraeError } | undefined;

  constructor(embedder: Embedder, options: EmbeddingBatcherOptions) {
    this.#embedder = embedder;
    this.#options = options;
  }

  /** Rejects with the embedder's error. The call ends when the signals of all its texts have aborted. */
  embed(text: string, signal: AbortSignal): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#send());
      this.#waiting.push({ text, signal, resolve, reject });
    });
  }

  async #send(): Promise<void> {
    const batch = stillWanted(this.#waiting);
    this.#waiting = [];
    if (batch.length > 0) await this.#answer(batch);
  }

  async #answer(batch: readonly Waiting[]): Promise<void> {
    try {
      const vectors = await this.#call(batch);
      for (const [at, { resolve }] of batch.entries()) resolve(vectors[at] as Float32Array);
    } catch (error) {
      if (batch.length > 1 && isAboutTexts(error))
        await Promise.all(stillWanted(batch).map((waiting) => this.#answer([waiting])));
      else for (const { reject } of batch) reject(error);
    }
  }

  async #call(batch: readonly Waiting[]): Promise<Float32Array[]> {
    const { clock, timeoutMs } = this.#options;
    if (this.#rest && clock.monotonicMs() < this.#rest.untilMs) throw this.#rest.error;
    const onDeadline = (): NaraeError => this.#unavailable(`no answer in ${timeoutMs} ms`);
    using derived = deriveSignal(undefined, { deadlineMs: timeoutMs, onDeadline });
    const stop = abortWithLast(batch, () => derived.abort(new NaraeError('aborted')));
    try {
      return await this.#ask(batch, derived.signal);
    } catch (thrown) {
      if (batch.every(({ signal }) => signal.aborted)) throw thrown;
      const error = this.#failure(derived.signal, thrown);
      if (!isAboutTexts(error)) this.#rest = { untilMs: clock.monotonicMs() + COOL_DOWN_MS, error };
      throw error;
    } finally {
      stop();
    }
  }

  async #ask(batch: readonly Waiting[], signal: AbortSignal): Promise<Float32Array[]> {
    const { clock, emit } = this.#options;
    const startMs = clock.monotonicMs();
    const texts = batch.map(({ text }) => text);
    // An embedder that does not listen to the signal must not keep its callers past the deadline.
    const vectors = await untilAborted(this.#embedder.embed(texts, 'query', signal), signal);
    this.#rest = undefined;
    emit({
      type: 'embedding-finished',
      embedder: this.#embedder.id,
      texts: texts.length,
      durationMs: clock.monotonicMs() - startMs,
      purpose: 'query',
    });
    return vectors;
  }

  #failure(signal: AbortSignal, thrown: unknown): NaraeError {
    if (signal.reason instanceof NaraeError) return signal.reason;
    if (thrown instanceof NaraeError) return thrown;
    return this.#unavailable(thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }

  #unavailable(reason: string, cause?: unknown): NaraeError {
    return new NaraeError('embedder_unavailable', { values: { embedder: this.#embedder.id, reason }, cause });
  }
}

/** Whoever left has been told so already. */
function stillWanted(batch: readonly Waiting[]): Waiting[] {
  return batch.filter(({ signal }) => !signal.aborted);
}

/** As of `Embedder.embed`: below 500 it was a text that was refused. */
function isAboutTexts(error: unknown): boolean {
  return error instanceof NaraeError && error.code === 'embedder_unavailable' && error.status < 500;
}

/** Calls when the last signal has aborted; the returned function takes the listeners away. */
function abortWithLast(batch: readonly Waiting[], onLast: () => void): () => void {
  let left = batch.length;
  const onAbort = (): void => {
    if (--left === 0) onLast();
  };
  for (const { signal } of batch) signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    for (const { signal } of batch) signal.removeEventListener('abort', onAbort);
  };
}
