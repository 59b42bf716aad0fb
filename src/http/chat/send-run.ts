import type { FastifyReply } from 'fastify';
import type { RunPart } from '../../answer/index.js';
import {
  abortReason,
  type BatchFlow,
  type BatchSink,
  type BatchSource,
  NaraeError,
  pour,
  toNaraeError,
} from '../../core/index.js';
import type { EventSink } from '../../observe/index.js';
import type { RunEvent } from '../../threads/spec.js';
import { clientSignal } from '../client-signal.js';
import type { RunPlace } from '../openai/index.js';
import { RECALL_HEADER, recallHeader } from '../openai/index.js';
import type { SseWriter, SseWriters } from '../sse/index.js';
import { tellError } from '../tell-error.js';
import { EventEncoder } from './event-encoder.js';

/** So long the head waits for the first events, so that a failure before them has a real status. */
const HEAD_WAIT_MS = 1_000;

export interface SentRun {
  readonly place: RunPlace;
  readonly reply: FastifyReply;
  readonly writers: SseWriters;
  readonly emit: EventSink;
  /** Where the reader goes on from; 0: from the beginning. */
  readonly after: number;
  /** True: the failure of a run that told nothing else becomes the response's status. */
  readonly failsWithStatus: boolean;
}

/**
 * Sends a run's events to its end, or until the reader is gone. Rejects with what fails before the head was sent.
 * Whether the run goes on without the reader is the events' affair.
 */
export function sendRun(events: BatchSource<RunEvent<RunPart>>, to: SentRun): Promise<void> {
  return new Promise((resolve, reject) => new RunSink(to, resolve, reject).begin(events));
}

/** One write a batch. A reader that has fallen behind reads on from the log. */
class RunSink implements BatchSink<RunEvent<RunPart>> {
  readonly #to: SentRun;
  readonly #encoder: EventEncoder;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.#leave(abortReason(this.#signal));
  readonly #timer: NodeJS.Timeout;
  #flow: BatchFlow | undefined;
  #writer: SseWriter | undefined;
  #hasHeard = false;
  #isWaiting = false;
  #isDone = false;

  constructor(to: SentRun, resolve: () => void, reject: (error: unknown) => void) {
    this.#to = to;
    this.#encoder = new EventEncoder(to.place);
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = clientSignal(to.reply).abortSignal;
    this.#timer = setTimeout(() => this.#open(), HEAD_WAIT_MS).unref();
  }

  begin(events: BatchSource<RunEvent<RunPart>>): void {
    this.#flow = pour(events, this);
    if (this.#signal.aborted) this.#onAbort();
    else this.#signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  push(batch: readonly RunEvent<RunPart>[]): void {
    if (this.#isDone) return;
    this.#hasHeard = true;
    const failure = this.#writer === undefined ? this.#soleFailure(batch) : undefined;
    if (failure !== undefined) {
      this.#flow?.stop();
      this.#finish(() => this.#reject(failure));
      return;
    }
    this.#send(this.#open(batch), batch);
  }

  /** Who has read the last event hears no more; a run that was cancelled before it began tells nothing. */
  end(): void {
    if (this.#isDone) return;
    const hasReadAll = this.#to.after > 0 && !this.#hasHeard;
    if (hasReadAll) {
      this.#open().end('');
      this.#finish(this.#resolve);
    } else this.fail(new NaraeError('aborted'));
  }

  fail(thrown: unknown): void {
    if (this.#isDone) return;
    if (this.#writer === undefined) {
      this.#finish(() => this.#reject(thrown));
      return;
    }
    this.#endWith(toNaraeError(thrown));
  }

  #soleFailure(batch: readonly RunEvent<RunPart>[]): NaraeError | undefined {
    if (!this.#to.failsWithStatus || batch.some(({ part }) => part.type === 'start')) return undefined;
    for (const { part } of batch) if (part.type === 'error') return part.error;
    return undefined;
  }

  #open(batch: readonly RunEvent<RunPart>[] = []): SseWriter {
    if (this.#writer !== undefined) return this.#writer;
    clearTimeout(this.#timer);
    const { reply, writers } = this.#to;
    for (const { part } of batch)
      if (part.type === 'start' && part.recall) reply.header(RECALL_HEADER, recallHeader(part.recall));
    this.#writer = writers.open(reply);
    this.#writer.flushHead();
    return this.#writer;
  }

  #send(writer: SseWriter, batch: readonly RunEvent<RunPart>[]): void {
    const text = this.#encoder.encode(batch);
    if (this.#encoder.isOver) {
      this.#report(batch);
      writer.end(text);
      this.#finish(this.#resolve);
      return;
    }
    const behind = writer.write(text);
    if (behind !== undefined) void this.#wait(writer, behind);
  }

  async #wait(writer: SseWriter, behind: Promise<void>): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#flow?.pause();
    await behind;
    this.#isWaiting = false;
    if (writer.tooSlow !== undefined) this.#tell(writer.tooSlow);
    if (!this.#isDone) this.#flow?.resume();
  }

  /** The client is gone, or the server cuts off what is left: then the client is told. */
  #leave(reason: NaraeError): void {
    if (this.#isDone) return;
    this.#flow?.stop();
    if (this.#to.reply.raw.destroyed) this.#finish(this.#resolve);
    else if (this.#writer === undefined) this.#finish(() => this.#reject(reason));
    else this.#endWith(reason);
  }

  #endWith(error: NaraeError): void {
    this.#tell(error);
    this.#writer?.end(this.#encoder.failure(error));
    this.#finish(this.#resolve);
  }

  #finish(settle: () => void): void {
    this.#isDone = true;
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#onAbort);
    settle();
  }

  #report(batch: readonly RunEvent<RunPart>[]): void {
    for (const { part } of batch) if (part.type === 'error') this.#tell(part.error);
  }

  #tell(error: NaraeError): void {
    tellError(this.#to.emit, error, this.#to.reply.request.id);
  }
}
