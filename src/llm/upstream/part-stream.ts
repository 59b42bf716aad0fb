import {
  abortReason,
  type BatchFlow,
  BatchIterator,
  type BatchSink,
  type BatchSource,
  type CancelSignal,
  NaraeError,
  soon,
  throwIfAborted,
  toNaraeError,
} from '../../core/index.js';
import type { LlmTimeouts } from '../options.js';
import type { CalledAs, LlmPart, LlmRequest } from '../spec.js';
import type { DeadlineWheel } from './deadline-wheel.js';
import type { EventDecoder } from './decoder.js';
import { drain } from './drain.js';
import type { Endpoint } from './endpoint.js';
import { refuseFailure, transportError } from './failures.js';
import type { BodyListener, UpstreamReply } from './reply.js';
import { ReplyReader } from './reply-reader.js';
import { StreamWatch } from './stream-watch.js';
import { UsageEstimate } from './usage-estimate.js';

export interface UpstreamCall {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly request: LlmRequest;
  readonly calledAs: CalledAs;
  readonly decoder: EventDecoder;
  readonly timeouts: LlmTimeouts & { readonly connectTimeoutMs: number };
  readonly wheel: DeadlineWheel;
  readonly apiKey: string | undefined;
  /** What to send in place of a body that was refused with this error; undefined: nothing else. */
  leaner(body: UpstreamCall['body'], error: unknown): UpstreamCall['body'] | undefined;
}

/**
 * Sends the call when somebody reads, and gives out its parts: one batch for each arrival of bytes, the last of which
 * ends with usage and finish. Ends normally only after the upstream said why its answer ended. Leaving early,
 * aborting or a timeout closes the upstream connection at once; after a normal end the connection is kept for the
 * next request.
 */
export class PartStream implements BatchSource<LlmPart>, BatchFlow, BodyListener {
  readonly #call: UpstreamCall;
  readonly #signal: CancelSignal;
  readonly #reader: ReplyReader;
  readonly #estimate: UsageEstimate;
  readonly #onAbort = (): void => this.fail(abortReason(this.#signal));
  readonly #flush = (): void => this.#giveOut();
  #sink: BatchSink<LlmPart> | undefined;
  #watch: StreamWatch | undefined;
  #reply: UpstreamReply | undefined;
  /** What came since the last batch: as bytes, and read. */
  #chunks: Buffer[] = [];
  #parts: LlmPart[] = [];
  #willFlush = false;
  #hasReplied = false;
  #isOver = false;

  constructor(call: UpstreamCall, signal: CancelSignal) {
    this.#call = call;
    this.#signal = signal;
    this.#reader = new ReplyReader(call.decoder);
    this.#estimate = new UsageEstimate(call.request);
  }

  [Symbol.asyncIterator](): BatchIterator<LlmPart> {
    return new BatchIterator(this);
  }

  pipe(sink: BatchSink<LlmPart>): BatchFlow {
    this.#sink = sink;
    soon(() => void this.#open().catch((error: unknown) => this.fail(error)));
    return this;
  }

  pause(): void {
    if (this.#isOver) return;
    this.#watch?.pause();
    this.#reply?.pause();
  }

  resume(): void {
    if (this.#isOver) return;
    this.#watch?.resume();
    this.#reply?.resume();
  }

  stop(): void {
    if (this.#isOver) return;
    this.#close();
    this.#reply?.abort();
  }

  data(chunk: Buffer): void {
    if (this.#isOver) return;
    // Most come alone, and an array that grows by one makes room for seventeen.
    if (this.#chunks.length === 0) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
    this.#flushSoon();
  }

  end(): void {
    this.#flushSoon();
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    // A connection that breaks after the finish reason took nothing of the answer with it.
    if (!(error instanceof NaraeError) && this.#hasFinished()) {
      this.#flushSoon();
      return;
    }
    this.#close();
    this.#reply?.abort();
    this.#sink?.fail(this.#meaningOf(error));
  }

  async #open(): Promise<void> {
    if (this.#isOver) return;
    throwIfAborted(this.#signal);
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#watch = this.#startWatch();
    const { body } = this.#call;
    try {
      await this.#ask(body);
    } catch (error) {
      // Once more, where the body was refused for something that can be left out.
      const lean = this.#isOver ? undefined : this.#call.leaner(body, error);
      if (lean === undefined) throw error;
      await this.#ask(lean);
    }
  }

  /** Resolves when the body of a successful reply is being heard. */
  async #ask(body: UpstreamCall['body']): Promise<void> {
    const { endpoint, path } = this.#call;
    this.#hasReplied = false;
    const reply = endpoint.post(path, JSON.stringify(body));
    this.#reply = reply;
    await reply.head();
    this.#hasReplied = true;
    await refuseFailure(reply, this.#identity());
    reply.listen(this);
  }

  #startWatch(): StreamWatch {
    const { wheel, timeouts, calledAs } = this.#call;
    return new StreamWatch({
      wheel,
      timeouts,
      calledAs,
      onTimeout: (error) => this.fail(error),
      onGraceOver: () => this.#reply?.abort(),
    });
  }

  /** After the callbacks that come together: one read of the socket often brings many chunks. */
  #flushSoon(): void {
    if (this.#willFlush) return;
    this.#willFlush = true;
    soon(this.#flush);
  }

  #giveOut(): void {
    this.#willFlush = false;
    if (this.#isOver) return;
    try {
      this.#read();
      if (this.#call.decoder.closed || this.#reply?.isOver) this.#finish();
      else this.#giveParts();
    } catch (error) {
      if (this.#isOver) this.#sink?.fail(toNaraeError(error));
      else this.fail(error);
    }
  }

  #read(): void {
    const chunks = this.#chunks;
    if (chunks.length === 0) return;
    this.#chunks = [];
    this.#reader.pushAll(chunks, this.#parts);
  }

  /** The reason may be in what was not read yet. */
  #hasFinished(): boolean {
    try {
      this.#read();
    } catch {
      return false;
    }
    return this.#call.decoder.finish !== undefined;
  }

  #giveParts(): void {
    const parts = this.#parts;
    if (parts.length > 0) {
      this.#parts = [];
      this.#estimate.add(parts);
      this.#watch?.sawParts();
      this.#sink?.push(parts);
    }
    if (this.#call.decoder.finish !== undefined) this.#watch?.allowGrace();
  }

  #finish(): void {
    const { decoder, wheel } = this.#call;
    const parts = [...this.#parts, ...this.#reader.end()];
    this.#estimate.add(parts);
    const { answerFields } = decoder;
    if (answerFields !== undefined) parts.push({ type: 'answer-fields', fields: answerFields });
    parts.push(
      { type: 'usage', usage: decoder.usage ?? this.#estimate.usage() },
      { type: 'finish', reason: decoder.finish ?? 'stop' },
    );
    this.#close();
    if (this.#reply !== undefined) drain(this.#reply, wheel);
    this.#sink?.push(parts);
    this.#sink?.end();
  }

  #close(): void {
    this.#isOver = true;
    this.#watch?.dispose();
    this.#signal.removeEventListener('abort', this.#onAbort);
  }

  #meaningOf(error: unknown): NaraeError {
    if (this.#signal.aborted) return abortReason(this.#signal);
    const { calledAs, timeouts } = this.#call;
    return transportError(error, {
      ...this.#identity(),
      calledAs,
      connectTimeoutMs: timeouts.connectTimeoutMs,
      replied: this.#hasReplied,
    });
  }

  #identity(): { host: string; apiKey: string | undefined } {
    return { host: this.#call.endpoint.host, apiKey: this.#call.apiKey };
  }
}
