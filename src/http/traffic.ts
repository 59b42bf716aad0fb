import type { Server, ServerResponse } from 'node:http';
import { type Socket, Server as TcpServer } from 'node:net';
import { LinkedSet, NaraeError } from '../core/index.js';
import { RequestUnderWay } from './under-way.js';

export interface TrafficLimits {
  /** Open connections; on further ones every request is refused, and they are closed. */
  readonly maxConnections: number;
  /** Requests under way; further ones are refused. Probes and metrics are always answered. */
  readonly maxRequestsInFlight: number;
}

export const defaultTrafficLimits: TrafficLimits = Object.freeze({
  maxConnections: 20_000,
  maxRequestsInFlight: 12_000,
});

/**
 * What happens to new requests.
 *
 *   open ──stop──▶ stopping (refused)  ──cutOff──▶ cut
 *     └──hand-over──▶ handing-over (answered, then the connection closes) ──cutOff──▶ cut
 */
type Phase = 'open' | 'stopping' | 'handing-over' | 'cut';

/** Beyond the limit connections are still accepted, so that they can be told; beyond this they are dropped. */
const SURPLUS_CONNECTIONS = 1_000;
/** How long a connection beyond the limit may wait with its request, which is then refused. */
const SURPLUS_WAIT_MS = 5_000;
const RETRY_AFTER_SECONDS = 1;

/** Knows every connection and every request under way: limits them, and lets them end in good order. */
export class Traffic {
  readonly #limits: TrafficLimits;
  readonly #underWay = new LinkedSet<RequestUnderWay>();
  readonly #surplus = new WeakSet<Socket>();
  readonly #waiting = new Set<() => void>();
  #connections = 0;
  #phase: Phase = 'open';

  constructor(limits: Partial<TrafficLimits>) {
    this.#limits = { ...defaultTrafficLimits, ...limits };
  }

  /** True once connections are to be closed after their next response. */
  get isLeaving(): boolean {
    return this.#phase !== 'open';
  }

  /** True once nothing new is begun. */
  get isStopping(): boolean {
    return this.#phase === 'stopping' || this.#phase === 'cut';
  }

  get inFlight(): number {
    return this.#underWay.size;
  }

  get connections(): number {
    return this.#connections;
  }

  /** Counts the server's connections from now on. */
  follow(server: Server): void {
    server.maxConnections = this.#limits.maxConnections + SURPLUS_CONNECTIONS;
    server.on('connection', (socket: Socket) => {
      this.#connections++;
      socket.once('close', () => this.#connections--);
      if (this.#connections > this.#limits.maxConnections) this.#markSurplus(socket);
    });
  }

  /** A request begins. Throws `closing` or `overloaded`; `always` is for those that are answered all the same. */
  enter(response: ServerResponse, { always }: { readonly always: boolean }): RequestUnderWay {
    if (!always) this.#admit(response.socket);
    const request = new RequestUnderWay(response);
    this.#underWay.add(request);
    return request;
  }

  /** A request ended in whatever way. Idempotent. */
  leave(request: RequestUnderWay): void {
    if (!this.#underWay.delete(request)) return;
    if (!request.response.writableFinished) request.cancellation.abort(new NaraeError('aborted'));
    for (const look of this.#waiting) look();
  }

  /**
   * `stop`: new requests are refused from now on. `hand-over`: the server takes no new connections, since another
   * one does; requests on those that are open are answered, and each connection is closed after its next response.
   */
  leaveBy(how: 'stop' | 'hand-over', server: Server): void {
    if (this.#phase === 'cut') return;
    this.#phase = how === 'stop' ? 'stopping' : 'handing-over';
    // The HTTP server's own close would also close idle connections, on which a request may be on its way.
    if (how === 'hand-over' && server.listening) TcpServer.prototype.close.call(server);
  }

  /** Ends every request under way with `closing`: a stream with an error event, the others with 503. */
  cutOff(): void {
    this.#phase = 'cut';
    for (const { cancellation } of this.#underWay.members()) cancellation.abort(new NaraeError('closing'));
    for (const look of this.#waiting) look();
  }

  /** Resolves when no request is under way, or when `limitMs` have passed. */
  idle(limitMs: number): Promise<void> {
    return this.#until(() => this.#underWay.size === 0, limitMs);
  }

  /** The same, but also when what is left was cut off. */
  idleOrCut(limitMs: number): Promise<void> {
    return this.#until(() => this.#underWay.size === 0 || this.#phase === 'cut', limitMs);
  }

  #until(condition: () => boolean, limitMs: number): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const look = (): void => {
        if (condition()) finish();
      };
      const timer = setTimeout(finish, limitMs);
      this.#waiting.add(look);
    });
  }

  /** Whether a response goes out on a connection beyond the limit. */
  isSurplus({ socket }: ServerResponse): boolean {
    return socket !== null && this.#surplus.has(socket);
  }

  #admit(socket: Socket | null): void {
    if (this.isStopping) throw new NaraeError('closing', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    if (socket !== null && this.#surplus.has(socket)) throw overloaded('connections');
    if (this.#underWay.size >= this.#limits.maxRequestsInFlight) throw overloaded('requests under way');
  }

  #markSurplus(socket: Socket): void {
    this.#surplus.add(socket);
    const timer = setTimeout(() => socket.destroy(), SURPLUS_WAIT_MS).unref();
    socket.once('close', () => clearTimeout(timer));
  }
}

function overloaded(what: string): NaraeError {
  return new NaraeError('overloaded', {
    values: { what, retryAfterSeconds: RETRY_AFTER_SECONDS },
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
