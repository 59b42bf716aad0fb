import type { Dispatcher, Pool } from 'undici';
import { NaraeError, untilAborted } from '../../core/index.js';

export type UpstreamReply = Dispatcher.ResponseData;

export interface EndpointOptions {
  /** With or without a path: `http://localhost:11434/v1`. */
  readonly baseUrl: string;
  /** Sent with every request. Holds the key: never logged, never part of an error. */
  readonly headers: Readonly<Record<string, string>>;
  readonly connectTimeoutMs: number;
  /** Connections at most. Twice as many requests may be under way, more are refused with `overloaded`. */
  readonly maxConnections: number;
  /** How long an unused connection is kept, unless the server's `Keep-Alive` header says less. */
  readonly keepAliveMs: number;
}

/**
 * One model server: its address, its headers and its pool of kept-alive connections. Timeouts of the answer itself
 * belong to the caller's signal. `close` cuts off whatever is still under way.
 */
export class Endpoint {
  /** Host and port, for messages. */
  readonly host: string;
  readonly #openPool: () => Promise<Pool>;
  #pool: Promise<Pool> | undefined;
  #isClosed = false;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #maxRequests: number;
  #underWay = 0;

  constructor(options: EndpointOptions) {
    const url = new URL(options.baseUrl);
    this.host = url.host;
    this.#basePath = url.pathname.replace(/\/+$/, '');
    this.#headers = options.headers;
    // A request may come while the connection that it will get is still ending its last answer.
    this.#maxRequests = options.maxConnections * 2;
    this.#openPool = () => openPool(url.origin, options);
  }

  post(path: string, body: string, signal: AbortSignal): Promise<UpstreamReply> {
    return this.#request({ method: 'POST', path, body, signal });
  }

  get(path: string, signal: AbortSignal): Promise<UpstreamReply> {
    return this.#request({ method: 'GET', path, signal });
  }

  async #request(request: {
    method: 'GET' | 'POST';
    path: string;
    body?: string;
    signal: AbortSignal;
  }): Promise<UpstreamReply> {
    if (this.#isClosed) throw new NaraeError('closing');
    if (this.#underWay >= this.#maxRequests) throw tooManyRequests();
    this.#underWay++;
    const release = once(() => this.#underWay--);
    try {
      this.#pool ??= this.#openPool();
      const pool = await this.#pool;
      const pending = pool.request({
        ...request,
        path: this.#basePath + request.path,
        headers: request.body === undefined ? this.#headers : { ...this.#headers, ...JSON_BODY },
      });
      // undici looks at the signal only once there is a connection.
      const reply = await untilAborted(pending, request.signal, (late) => late.body.destroy());
      reply.body.once('close', release);
      return reply;
    } catch (error) {
      release();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const pool = await this.#pool;
    if (pool?.destroyed === false) await pool.destroy(new NaraeError('closing'));
  }
}

/** undici is loaded by the first request: a server that quotes its documents, or only starts, needs none of it. */
async function openPool(
  origin: string,
  { maxConnections, connectTimeoutMs, keepAliveMs }: EndpointOptions,
): Promise<Pool> {
  const { Pool } = await import('undici');
  return new Pool(origin, {
    connections: maxConnections,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    pipelining: 1,
  });
}

const JSON_BODY = { 'content-type': 'application/json' };

function tooManyRequests(): NaraeError {
  return new NaraeError('overloaded', {
    values: { what: 'requests to the model server', retryAfterSeconds: 1 },
    retryAfterSeconds: 1,
  });
}

function once(run: () => void): () => void {
  let ran = false;
  return () => {
    if (!ran) run();
    ran = true;
  };
}

/** The body as text, at most `limitBytes` of it; the rest is cut off with its connection. */
export async function readText(reply: UpstreamReply, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of reply.body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= limitBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, limitBytes).toString('utf8');
}
