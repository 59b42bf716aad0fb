import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { Linked, LinkedSet, NaraeError } from '../core/index.js';

export interface SseOptions {
  /** Silence after which a comment is sent, so that proxies keep the connection. */
  readonly heartbeatMs: number;
  /** How long a reader may leave what it was sent lying before it is cut off. */
  readonly slowReaderTimeoutMs: number;
}

export const defaultSseOptions: SseOptions = Object.freeze({
  heartbeatMs: 15_000,
  slowReaderTimeoutMs: 30_000,
});

/** What a stream is made of. */
export interface StreamForm {
  readonly contentType: string;
  /** Written after a silence, between what is sent. */
  readonly heartbeat: string;
}

export const EVENTS: StreamForm = {
  contentType: 'text/event-stream; charset=utf-8',
  heartbeat: ': keep-alive\n\n',
};

/** One JSON object a line; readers skip empty lines. */
export const LINES: StreamForm = { contentType: 'application/x-ndjson; charset=utf-8', heartbeat: '\n' };

const HEADERS = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

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

  /** Takes the reply over and sends its head, with the headers that hooks have set. */
  open(reply: FastifyReply, form: StreamForm = EVENTS): SseWriter {
    sendHead(reply, form);
    const writer = new SseWriter(reply.raw, this.#options.slowReaderTimeoutMs, form.heartbeat);
    this.#open.add(writer);
    this.#timer ??= setInterval(() => this.#beat(), this.#options.heartbeatMs / 5).unref();
    reply.raw.once('close', () => this.#remove(writer));
    return writer;
  }

  /** Sends events that are all there: nothing to keep alive, and no chunks. */
  sendWhole(reply: FastifyReply, events: Uint8Array): void {
    sendHead(reply, EVENTS, { 'content-length': events.byteLength });
    reply.raw.end(events);
  }

  #beat(): void {
    const before = performance.now() - this.#options.heartbeatMs;
    for (const writer of this.#open.members()) if (writer.lastWriteAtMs <= before) writer.beat();
  }

  #remove(writer: SseWriter): void {
    this.#open.delete(writer);
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** Takes the reply over and sends its head, with the headers that hooks have set. */
function sendHead(reply: FastifyReply, form: StreamForm, more: OutgoingHttpHeaders = {}): void {
  reply.hijack();
  // A copy already.
  const headers = reply.getHeaders() as OutgoingHttpHeaders;
  Object.assign(headers, HEADERS, more);
  headers['content-type'] = form.contentType;
  if (reply.server.traffic.isLeaving) headers.connection = 'close';
  reply.raw.writeHead(200, headers);
}

/**
 * One open event stream. After the first write, bytes go to the socket in frames of HTTP's chunked coding that are
 * made here: one write to the system in place of the three pieces that the response would send.
 */
export class SseWriter extends Linked {
  /** On the clock of `performance.now()`. */
  lastWriteAtMs = performance.now();
  readonly #response: ServerResponse;
  readonly #slowReaderTimeoutMs: number;
  readonly #heartbeat: string;
  /** Set once the head was sent, where the body is chunked (not to clients of HTTP/1.0). */
  #socket: Socket | null = null;
  #isOver = false;
  #tooSlow: NaraeError | undefined;

  constructor(response: ServerResponse, slowReaderTimeoutMs: number, heartbeat: string) {
    super();
    this.#response = response;
    this.#slowReaderTimeoutMs = slowReaderTimeoutMs;
    this.#heartbeat = heartbeat;
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
    this.lastWriteAtMs = performance.now();
    if (this.#send(events)) return undefined;
    return this.#response.destroyed ? undefined : this.#drained();
  }

  /** Sends the last events and ends the body. The connection may carry another answer after that. */
  end(events: string | Uint8Array): void {
    this.#isOver = true;
    this.#response.end(events);
  }

  /** The heartbeat, between what is sent. Not while the reader is behind: it would only grow the heap. */
  beat(): void {
    this.lastWriteAtMs = performance.now();
    if (this.#isOver) return;
    if (!(this.#socket ?? this.#response).writableNeedDrain) this.#send(this.#heartbeat);
  }

  #send(text: string): boolean {
    if (this.#socket !== null) return sendFrame(this.#socket, text);
    const hasRoom = this.#response.write(text);
    // Behind an answer that is still under way on the same connection, the response has no socket yet.
    if (this.#response.chunkedEncoding) this.#socket = this.#response.socket;
    return hasRoom;
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
