import type { FastifyReply } from 'fastify';
import type { RunPart } from '../../../answer/index.js';
import {
  type BatchFlow,
  type BatchSink,
  type BatchSource,
  type NaraeError,
  pour,
} from '../../../core/index.js';
import type { EventSink } from '../../../observe/index.js';
import type { RunEvent } from '../../../threads/spec.js';
import { clientSignal } from '../../client-signal.js';
import type { SseWriter, SseWriters, StreamForm } from '../../sse/index.js';
import { tellError } from '../../tell-error.js';
import { printEvent, type RunEncoder } from './encode.js';
import { errorData } from './result.js';

/** LangGraph's clients measure the beat, and take a stream without one for dead. */
export const BEAT_MS = 5_000;
const FORM: StreamForm = { contentType: 'text/event-stream; charset=utf-8', heartbeat: ': heartbeat\n\n' };

/** How long the head may wait for a first event, so that what cannot be read has a real status. */
const HEAD_WAIT_MS = 500;

export interface RunStreamTo {
  readonly encoder: RunEncoder;
  readonly writers: SseWriters;
  readonly reply: FastifyReply;
  readonly emit: EventSink;
  /** The run is new: there is nothing that could not be read. */
  readonly isNew: boolean;
}

/** Sends a run's events to its end, or until the reader is gone. Rejects with what can still have a real status. */
export function sendRun(events: BatchSource<RunEvent<RunPart>>, to: RunStreamTo): Promise<void> {
  return new Promise((resolve, reject) => {
    const sink = new RunSink(to, resolve, reject);
    sink.follow(pour(events, sink));
  });
}

/**
 * One write a batch. The head goes out with the first events, or after a short silence. No event says that it is the
 * end: the end of the body does.
 */
class RunSink implements BatchSink<RunEvent<RunPart>> {
  readonly #to: RunStreamTo;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  readonly #head: NodeJS.Timeout;
  #writer: SseWriter | undefined;
  #flow: BatchFlow | undefined;
  #isWaiting = false;

  constructor(to: RunStreamTo, resolve: () => void, reject: (error: unknown) => void) {
    this.#to = to;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#head = setTimeout(() => this.#open(), HEAD_WAIT_MS);
    if (to.isNew) this.#open();
  }

  follow(flow: BatchFlow): void {
    this.#flow = flow;
    const signal = clientSignal(this.#to.reply);
    if (signal.aborted) this.#leave();
    else signal.addEventListener('abort', () => this.#leave(), { once: true });
  }

  push(batch: readonly RunEvent<RunPart>[]): void {
    const behind = this.#open().write(this.#to.encoder.encode(batch));
    if (behind !== undefined) void this.#wait(behind);
  }

  end(): void {
    this.#open().end('');
    this.#resolve();
  }

  fail(thrown: unknown): void {
    clearTimeout(this.#head);
    if (this.#writer === undefined) {
      this.#reject(thrown);
      return;
    }
    const { error, json } = errorData(thrown);
    this.#tell(error);
    this.#writer.end(printEvent('error', JSON.stringify(json)));
    this.#resolve();
  }

  #open(): SseWriter {
    clearTimeout(this.#head);
    const { writers, reply } = this.#to;
    if (this.#writer === undefined) {
      this.#writer = writers.open(reply, FORM);
      this.#writer.flushHead();
    }
    return this.#writer;
  }

  async #wait(behind: Promise<void>): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#flow?.pause();
    await behind;
    this.#isWaiting = false;
    if (this.#writer?.tooSlow !== undefined) this.#tell(this.#writer.tooSlow);
    if (!this.#to.reply.raw.destroyed) this.#flow?.resume();
  }

  /** The client is gone, or the server closes: then the body ends, and the client looks where the run goes on. */
  #leave(): void {
    clearTimeout(this.#head);
    this.#flow?.stop();
    if (!this.#to.reply.raw.destroyed) this.#open().end('');
    this.#resolve();
  }

  #tell(error: NaraeError): void {
    tellError(this.#to.emit, error, this.#to.reply.request.id);
  }
}
