import type { Dispatcher, Pool } from 'undici';
import { NaraeError } from '../../core/index.js';
import { UpstreamReply } from './reply.js';
import { rememberingUse } from './worn-connections.js';

export interface EndpointOptions {
  /** With or without a path and a query: `http://localhost:11434/v1`. */
  readonly baseUrl: string;
  /** Sent with every request. Holds the key: never logged, never part of an error. */
  readonly headers: Readonly<Record<string, string>>;
  readonly connectTimeoutMs: number;
  /** Connections at most. Twice as many requests may be under way, more are refused with `overloaded`. */
  readonly maxConnections: number;
  /** How long an unused connection is kept, unless the server's `Keep-Alive` header says less. */
  readonly keepAliveMs: number;
}

/** Without a name some firewalls refuse a request; without `identity` a server may compress its reply. */
const ALWAYS = {
  'user-agent': 'narae',
  accept: 'text/event-stream, application/json',
  'accept-encoding': 'identity',
};

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
  /** Such as Azure's `?api-version=…`; empty when there is none. */
  readonly #query: string;
  readonly #headers: Record<string, string>;
  readonly #postHeaders: Record<string, string>;
  readonly #maxRequests: number;
  #underWay = 0;

  constructor(options: EndpointOptions) {
    const url = new URL(options.baseUrl);
    this.host = url.host;
    this.#basePath = url.pathname.replace(/\/+$/, '');
    this.#query = url.search;
    this.#headers = { ...ALWAYS, ...lowerCased(options.headers) };
    this.#postHeaders = { ...this.#headers, 'content-type': 'application/json' };
    // A request may come while the connection that it will get is still ending its last answer.
    this.#maxRequests = options.maxConnections * 2;
    this.#openPool = () => openPool(url.origin, options);
  }

  /**
   * Sends a request. What goes wrong from then on comes from the reply.
   * Throws `closing`, or `overloaded` when too many are under way.
   */
  post(path: string, body: string): UpstreamReply {
    return this.#send({ method: 'POST', path: this.#path(path), headers: this.#postHeaders, body });
  }

  get(path: string): UpstreamReply {
    return this.#send({ method: 'GET', path: this.#path(path), headers: this.#headers });
  }

  #path(path: string): string {
    if (this.#query === '') return this.#basePath + path;
    return this.#basePath + path + (path.includes('?') ? `&${this.#query.slice(1)}` : this.#query);
  }

  #send(request: Dispatcher.DispatchOptions): UpstreamReply {
    if (this.#isClosed) throw new NaraeError('closing');
    if (this.#underWay >= this.#maxRequests) throw tooManyRequests();
    this.#underWay++;
    const reply = new UpstreamReply(() => this.#underWay--);
    if (this.#pool !== undefined) reply.ask(this.#pool, request);
    else
      this.#open().then(
        (pool) => reply.ask(pool, request),
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
  const { Pool, buildConnector } = await import('undici');
  return new Pool(origin, {
    connections: maxConnections,
    connect: rememberingUse(buildConnector({ timeout: connectTimeoutMs })),
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    pipelining: 1,
  });
}

/** A name that comes twice, in two ways of writing, would be sent twice. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function tooManyRequests(): NaraeError {
  return new NaraeError('overloaded', {
    values: { what: 'requests to the model server', retryAfterSeconds: 1 },
    retryAfterSeconds: 1,
  });
}
