import type { Dispatcher, Pool } from 'undici';
import { NaraeError } from '../../core/index.js';
import { UpstreamReply } from './reply.js';

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
  #opening: Promise<Pool> | undefined;
  #pool: Pool | undefined;
  #isClosed = false;
  readonly #basePath: string;
  readonly #headers: Record<string, string>;
  readonly #postHeaders: Record<string, string>;
  readonly #maxRequests: number;
  #underWay = 0;

  constructor(options: EndpointOptions) {
    const url = new URL(options.baseUrl);
    this.host = url.host;
    this.#basePath = url.pathname.replace(/\/+$/, '');
    this.#headers = { ...options.headers };
    this.#postHeaders = { ...options.headers, 'content-type': 'application/json' };
    // A request may come while the connection that it will get is still ending its last answer.
    this.#maxRequests = options.maxConnections * 2;
    this.#openPool = () => openPool(url.origin, options);
  }

  /**
   * Sends a request. What goes wrong from then on comes from the reply.
   * Throws `closing`, or `overloaded` when too many are under way.
   */
  post(path: string, body: string): UpstreamReply {
    return this.#send({ method: 'POST', path: this.#basePath + path, headers: this.#postHeaders, body });
  }

  get(path: string): UpstreamReply {
    return this.#send({ method: 'GET', path: this.#basePath + path, headers: this.#headers });
  }

  #send(request: Dispatcher.DispatchOptions): UpstreamReply {
    if (this.#isClosed) throw new NaraeError('closing');
    if (this.#underWay >= this.#maxRequests) throw tooManyRequests();
    this.#underWay++;
    const reply = new UpstreamReply(() => this.#underWay--);
    if (this.#pool !== undefined) this.#pool.dispatch(request, reply);
    else
      this.#open().then(
        (pool) => reply.isOver || pool.dispatch(request, reply),
        (error) => reply.abort(error),
      );
    return reply;
  }

  async #open(): Promise<Pool> {
    this.#opening ??= this.#openPool();
    this.#pool = await this.#opening;
    return this.#pool;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const pool = await this.#opening;
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

function tooManyRequests(): NaraeError {
  return new NaraeError('overloaded', {
    values: { what: 'requests to the model server', retryAfterSeconds: 1 },
    retryAfterSeconds: 1,
  });
}
