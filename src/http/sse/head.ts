import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { StreamForm } from './form.js';

const HEADERS = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** The head of a reply that is taken over from Fastify, with the headers that hooks have set. Sent once. */
export class ReplyHead {
  readonly #response: ServerResponse;
  readonly #headers: OutgoingHttpHeaders;

  constructor(reply: FastifyReply, form: StreamForm) {
    reply.hijack();
    this.#response = reply.raw;
    // A copy already.
    this.#headers = reply.getHeaders() as OutgoingHttpHeaders;
    Object.assign(this.#headers, HEADERS);
    this.#headers['content-type'] = form.contentType;
    if (reply.server.traffic.isLeaving) this.#headers.connection = 'close';
  }

  /** For a body that comes in pieces. */
  send(): void {
    this.#response.writeHead(200, this.#headers);
  }

  /** With the whole body, in one write and without chunks. */
  sendWith(body: string | Uint8Array): void {
    this.#headers['content-length'] = Buffer.byteLength(body);
    this.send();
    this.#response.end(body);
  }
}
