/**
 * `node dist-bench/floor/relay.js <upstream origin>`: a relay of `node:http` and `undici` that does nothing but copy
 * bytes: what streaming through a Node process costs at least. Prints its address once it listens.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dispatcher, Pool } from 'undici';

const BACKLOG = 4096;

const pool = new Pool(process.argv[2] ?? 'http://127.0.0.1:4010', {
  connections: 20_000,
  headersTimeout: 0,
  bodyTimeout: 0,
});

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => relay(request, Buffer.concat(chunks), response));
});

server.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG }, () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.once('SIGTERM', () => process.exit());

function relay(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const headers = { 'content-type': request.headers['content-type'] ?? 'application/json' };
  const method = request.method as Dispatcher.HttpMethod;
  pool.dispatch({ method, path: request.url ?? '/', headers, body }, new Relay(response));
}

/** Copies one reply. A slow reader makes the upstream wait; a reader that leaves ends it. */
class Relay implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#response.once('close', () => {
      if (!this.#response.writableFinished) controller.abort(new Error('the client left'));
    });
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    this.#response.writeHead(status, { 'content-type': String(headers['content-type']) });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#response.write(chunk)) return;
    controller.pause();
    this.#response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.#response.end();
  }

  onResponseError(): void {
    if (this.#response.headersSent) this.#response.destroy();
    else this.#response.writeHead(502).end();
  }
}
