import type { FastifyReply } from 'fastify';
import type { AnswerStream } from '../../answer/spec.js';
import { type BatchFlow, type BatchSink, type NaraeError, pour, toNaraeError } from '../../core/index.js';
import type { AnswerPart } from '../../llm/spec.js';
import type { EventSink } from '../../observe/index.js';
import type { SseWriter } from '../sse/index.js';
import { tellError } from '../tell-error.js';
import type { ChatEncoder } from './chat-encoder.js';

export interface ChatSinkParts {
  readonly encoder: ChatEncoder;
  readonly writer: SseWriter;
  readonly reply: FastifyReply;
  readonly emit: EventSink;
}

/** Sends an answer to its end, or until its reader is gone. A failure that no part of the stream tells ends it too. */
export function sendChat({ parts }: AnswerStream, to: ChatSinkParts): Promise<void> {
  return new Promise((resolve) => {
    const sink = new ChatSink(to, resolve);
    sink.flow = pour(parts, sink);
  });
}

/** One write a batch. For a reader that has fallen behind, the model's server is made to wait. */
class ChatSink implements BatchSink<AnswerPart> {
  flow: BatchFlow | undefined;
  readonly #to: ChatSinkParts;
  readonly #resolve: () => void;
  #isWaiting = false;

  constructor(to: ChatSinkParts, resolve: () => void) {
    this.#to = to;
    this.#resolve = resolve;
  }

  push(batch: readonly AnswerPart[]): void {
    const { encoder, writer, reply } = this.#to;
    const events = encoder.encode(batch);
    if (encoder.over) {
      this.#report(batch);
      writer.end(events);
      return;
    }
    const behind = writer.write(events);
    // What was on its way when the flow was paused still comes; one wait is for all of it.
    if (behind !== undefined) void this.#wait(behind);
    else if (reply.raw.destroyed) this.#leave();
  }

  end(): void {
    this.#resolve();
  }

  /** The head was sent, so the stream itself must say it: an error that is thrown on would leave it open. */
  fail(thrown: unknown): void {
    const { encoder, writer, reply } = this.#to;
    const error = toNaraeError(thrown, reply.request.id);
    this.#tell(error);
    if (!reply.raw.destroyed) writer.end(encoder.encode([{ type: 'error', error }]));
    this.#resolve();
  }

  async #wait(behind: Promise<void>): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.flow?.pause();
    await behind;
    this.#isWaiting = false;
    const { writer, reply } = this.#to;
    if (writer.tooSlow !== undefined) this.#tell(writer.tooSlow);
    if (reply.raw.destroyed) this.#leave();
    else this.flow?.resume();
  }

  #leave(): void {
    this.flow?.stop();
    this.#resolve();
  }

  #report(batch: readonly AnswerPart[]): void {
    const failed = batch.find((part) => part.type === 'error');
    if (failed !== undefined) this.#tell(failed.error);
  }

  #tell(error: NaraeError): void {
    tellError(this.#to.emit, error, this.#to.reply.request.id);
  }
}
