import type { FastifyReply } from 'fastify';
import { LinkedSet } from '../../core/index.js';
import { EVENTS, type StreamForm } from './form.js';
import { ReplyHead } from './head.js';
import type { SseOptions } from './options.js';
import { SseWriter } from './writer.js';

/** A heartbeat goes out after a silence of at most `heartbeatMs`, and at least four fifths of it. */
const TICKS_A_BEAT = 5;

/**
 * Writes event streams. One timer serves all heartbeats and it runs only while a stream is open.
 * A stream holds at most one batch beside the socket's buffer: a writer waits until the reader has taken it, and a
 * reader that does not is cut off.
 */
export class SseWriters {
  readonly #options: SseOptions;
  readonly #open = new LinkedSet<SseWriter>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SseOptions) {
    this.#options = options;
  }

  /** Takes the reply over. Its head goes out with the first write. */
  open(reply: FastifyReply, form: StreamForm = EVENTS): SseWriter {
    const writer = new SseWriter(reply, form, this.#options.slowReaderTimeoutMs);
    this.#open.add(writer);
    this.#timer ??= setInterval(() => this.#tick(), this.#options.heartbeatMs / TICKS_A_BEAT).unref();
    reply.raw.once('close', () => this.#remove(writer));
    return writer;
  }

  /** Sends events that are all there: nothing to keep alive, and no chunks. */
  sendWhole(reply: FastifyReply, events: Uint8Array): void {
    new ReplyHead(reply, EVENTS).sendWith(events);
  }

  #tick(): void {
    for (const writer of this.#open.members()) writer.tick(TICKS_A_BEAT);
  }

  #remove(writer: SseWriter): void {
    this.#open.delete(writer);
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
