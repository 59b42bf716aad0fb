import { abortReason, NaraeError, throwIfAborted } from '../../core/index.js';
import type { LlmTimeouts } from '../options.js';
import type { LlmPart, LlmRequest } from '../spec.js';
import type { DeadlineWheel } from './deadline-wheel.js';
import type { EventDecoder } from './decoder.js';
import type { Endpoint } from './endpoint.js';
import { refuseFailure, transportError } from './failures.js';
import type { UpstreamReply } from './reply.js';
import { ReplyReader } from './reply-reader.js';
import { StreamWatch } from './stream-watch.js';
import { UsageEstimate } from './usage-estimate.js';

/** What may still come after the end of an answer before its connection is given up. */
const DRAIN_LIMIT_BYTES = 16 * 1024;
const DRAIN_TIMEOUT_MS = 1_000;

export interface UpstreamCall {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly request: LlmRequest;
  readonly decoder: EventDecoder;
  readonly timeouts: LlmTimeouts & { readonly connectTimeoutMs: number };
  readonly wheel: DeadlineWheel;
  readonly apiKey: string | undefined;
}

type Result = IteratorResult<readonly LlmPart[], undefined>;

const OVER: Result = { done: true, value: undefined };

/**
 * Sends the call when it is first asked for parts, and yields them: one batch for each arrival of bytes, the last of
 * which ends with usage and finish. Ends normally only after the upstream said why its answer ended. Leaving early,
 * aborting or a timeout closes the upstream connection at once; after a normal end the connection is kept for the
 * next request.
 *
 * An iterator written out, not a generator: a generator costs three turns of the microtask queue a batch.
 */
export class PartStream implements AsyncIterableIterator<readonly LlmPart[], undefined> {
  readonly #call: UpstreamCall;
  readonly #signal: AbortSignal;
  readonly #reader: ReplyReader;
  readonly #estimate: UsageEstimate;
  readonly #onAbort = (): void => this.#cut(abortReason(this.#signal));
  #watch: StreamWatch | undefined;
  #reply: UpstreamReply | undefined;
  #hasReplied = false;
  #isOver = false;

  constructor(call: UpstreamCall, signal: AbortSignal) {
    this.#call = call;
    this.#signal = signal;
    this.#reader = new ReplyReader(call.decoder);
    this.#estimate = new UsageEstimate(call.request);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<Result> {
    if (this.#isOver) return OVER;
    try {
      if (this.#reply === undefined) await this.#open();
      else this.#awaitMore();
      return { done: false, value: await this.#read() };
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Leaves the stream: what still runs is cut off. */
  async return(): Promise<Result> {
    this.#reply?.abort();
    this.#close();
    return OVER;
  }

  async #open(): Promise<void> {
    throwIfAborted(this.#signal);
    const { endpoint, path, body, request, timeouts, wheel } = this.#call;
    const reply = endpoint.post(path, JSON.stringify(body));
    this.#reply = reply;
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#watch = new StreamWatch({
      wheel,
      timeouts,
      model: request.model,
      onTimeout: (error) => this.#cut(error),
      onGraceOver: () => reply.abort(),
    });
    await reply.head();
    this.#hasReplied = true;
    await refuseFailure(reply, this.#identity());
  }

  /** Reads until there are parts; never none. */
  async #read(): Promise<readonly LlmPart[]> {
    const { decoder } = this.#call;
    for (;;) {
      const chunks = await this.#chunks();
      const parts: LlmPart[] = [];
      for (const chunk of chunks ?? []) this.#reader.push(chunk, parts);
      if (chunks === undefined || decoder.closed) return this.#finish(parts);
      if (parts.length > 0) {
        this.#estimate.add(parts);
        this.#watch?.pause();
        return parts;
      }
      if (decoder.finish !== undefined) this.#watch?.allowGrace();
    }
  }

  async #chunks(): Promise<readonly Buffer[] | undefined> {
    try {
      return await this.#reply?.read();
    } catch (error) {
      // A connection that breaks after the finish reason took nothing of the answer with it.
      if (this.#call.decoder.finish === undefined || error instanceof NaraeError) throw error;
      return undefined;
    }
  }

  #awaitMore(): void {
    if (this.#call.decoder.finish === undefined) this.#watch?.resume();
    else this.#watch?.allowGrace();
  }

  #finish(parts: LlmPart[]): readonly LlmPart[] {
    const { decoder } = this.#call;
    parts.push(...this.#reader.end());
    this.#estimate.add(parts);
    parts.push(
      { type: 'usage', usage: decoder.usage ?? this.#estimate.usage() },
      { type: 'finish', reason: decoder.finish ?? 'stop' },
    );
    this.#letEnd();
    this.#close();
    return parts;
  }

  /** The body has said all; its connection can be used again once it has ended as well. */
  #letEnd(): void {
    const reply = this.#reply;
    if (reply === undefined || reply.isOver) return;
    const deadline = this.#call.wheel.start(DRAIN_TIMEOUT_MS, () => reply.abort());
    reply.drain(DRAIN_LIMIT_BYTES, () => deadline.cancel());
  }

  #failed(error: unknown): NaraeError {
    this.#reply?.abort();
    this.#close();
    if (this.#signal.aborted) return abortReason(this.#signal);
    const { request, timeouts } = this.#call;
    return transportError(error, {
      ...this.#identity(),
      model: request.model,
      connectTimeoutMs: timeouts.connectTimeoutMs,
      replied: this.#hasReplied,
    });
  }

  #cut(error: NaraeError): void {
    this.#reply?.abort(error);
  }

  #close(): void {
    this.#isOver = true;
    this.#watch?.dispose();
    this.#signal.removeEventListener('abort', this.#onAbort);
  }

  #identity(): { host: string; apiKey: string | undefined } {
    return { host: this.#call.endpoint.host, apiKey: this.#call.apiKey };
  }
}
