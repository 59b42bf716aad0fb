import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { Linked, NaraeError } from '../../core/index.js';
import type { StreamForm } from './form.js';
import { ReplyHead } from './head.js';

/**
 * One open event stream. After the first write, bytes go to the socket in frames of HTTP's chunked coding that are
 * made here: one write to the system in place of the three pieces that the response would send.
 */
export class SseWriter extends Linked {
  readonly #response: ServerResponse;
  readonly #slowReaderTimeoutMs: number;
  readonly #heartbeat: string;
  /** Until it is sent. */
  #head: ReplyHead | undefined;
  /** Set once the head was sent, where the body is chunked (not to clients of HTTP/1.0). */
  #socket: Socket | null = null;
  /** Ticks since the last write: a look at the clock with every write would cost more. */
  #silentTicks = 0;
  #isOver = false;
  #tooSlow: NaraeError | undefined;

  constructor(reply: FastifyReply, form: StreamForm, slowReaderTimeoutMs: number) {
    super();
    this.#response = reply.raw;
    this.#head = new ReplyHead(reply, form);
    this.#slowReaderTimeoutMs = slowReaderTimeoutMs;
    this.#heartbeat = form.heartbeat;
  }

  /** Why we closed the connection; undefined when we did not. */
  get tooSlow(): NaraeError | undefined {
    return this.#tooSlow;
  }

  /**
   * Writes whole events. Returns a promise when the reader has fallen behind: it resolves when there is room
   * again, or when the connection is closed (after the timeout, by us).
   */
  write(events: string): Promise<void> | undefined {
    this.#silentTicks = 0;
    if (this.#send(events)) return undefined;
    return this.#response.destroyed ? undefined : this.#drained();
  }

  /** Sends the head now, where the first events may take a while. */
  flushHead(): void {
    this.#sendHead();
    this.#response.flushHeaders();
  }

  /** Sends the last events and ends the body. The connection may carry another answer after that. */
  end(events: string | Uint8Array): void {
    this.#isOver = true;
    if (this.#head === undefined) this.#response.end(events);
    else this.#head.sendWith(events);
    this.#head = undefined;
  }

  /** A part of the time between heartbeats has passed; after `ticks` in silence the next one is due. */
  tick(ticks: number): void {
    if (this.#isOver || ++this.#silentTicks < ticks) return;
    this.#silentTicks = 0;
    // Not while the reader is behind: it would only grow the heap.
    if (!(this.#socket ?? this.#response).writableNeedDrain) this.#send(this.#heartbeat);
  }

  #send(text: string): boolean {
    if (this.#socket !== null) return sendFrame(this.#socket, text);
    this.#sendHead();
    const hasRoom = this.#response.write(text);
    // Behind an answer that is still under way on the same connection, the response has no socket yet.
    if (this.#response.chunkedEncoding) this.#socket = this.#response.socket;
    return hasRoom;
  }

  #sendHead(): void {
    this.#head?.send();
    this.#head = undefined;
  }

  #drained(): Promise<void> {
    const response = this.#response;
    const source = this.#socket ?? response;
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        source.off('drain', settle);
        response.off('close', settle);
        resolve();
      };
      const timer = setTimeout(() => this.#cutOff(), this.#slowReaderTimeoutMs).unref();
      source.on('drain', settle);
      response.on('close', settle);
    });
  }

  #cutOff(): void {
    const seconds = this.#slowReaderTimeoutMs / 1000;
    this.#tooSlow = new NaraeError('client_too_slow', { values: { seconds } });
    this.#response.destroy();
  }
}

/** False when the reader has fallen behind. An empty frame would end the body. */
function sendFrame(socket: Socket, text: string): boolean {
  if (text === '') return true;
  const bytes = Buffer.byteLength(text);
  // Node copies text of single bytes faster when told so.
  return socket.write(`${bytes.toString(16)}\r\n${text}\r\n`, bytes === text.length ? 'latin1' : 'utf8');
}
