import { deferred } from '../../core/index.js';
import { type NodeAddress, nodeName } from '../address.js';
import { reasonOf } from '../errors.js';
import type { RedisReply } from '../spec.js';

/** One connection of the vendor's client: it connects once, and ends at its first fault. */
export interface VendorClient {
  /** Resolves when commands may be sent. Rejects with the reason as its message. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when the connection has ended, however it did. Never rejects. */
  readonly ended: Promise<string>;
  /** Commands of one tick are written together. Rejects with the vendor's error. */
  send(args: readonly (string | Buffer)[]): Promise<RedisReply>;
  subscribe(channel: string, listener: (message: Buffer) => void): Promise<void>;
  /** The listener must be the one that was given. */
  unsubscribe(channel: string, listener: (message: Buffer) => void): Promise<void>;
  /** Hears of keys that others changed, as far as they are tracked; null for all keys. */
  onInvalidate(listener: (key: Buffer | null) => void): void;
  /** Whether an error of `send` is an error reply: the server is well and said no. */
  isReply(error: unknown): error is Error;
  /** Ends it at once; what waits is rejected. Idempotent. */
  end(reason: string): void;
}

/** Loads the vendor's package when the first connection is made, so that a start without Redis does not pay for it. */
export async function openClient(address: NodeAddress, connectTimeoutMs: number): Promise<VendorClient> {
  const { createClient, ErrorReply, RESP_TYPES } = await import('redis');
  const socketStop = new AbortController();
  const client = createClient({
    RESP: 3,
    ...(address.username !== undefined && { username: address.username }),
    ...(address.password !== undefined && { password: address.password }),
    database: address.database,
    name: 'narae',
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    // Hears reports of changed keys; as it also switches tracking on for all that is read, see `ChangeFeed.prepare`.
    emitInvalidate: true,
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.MAP]: Array } },
    socket: {
      host: address.host,
      port: address.port,
      connectTimeout: connectTimeoutMs,
      // Ends a socket that is still connecting, which the client's own `destroy` leaves behind.
      signal: socketStop.signal,
      // Never used, as the first fault ends the client; `false` would leave the client half open.
      reconnectStrategy: () => 1,
      ...(address.tls && { tls: true as const, servername: address.host }),
    },
  });
  const ready = deferred<void>();
  const ended = deferred<string>();
  let isOver = false;

  const end = (reason: string): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    ready.reject(new Error(reason));
    ended.resolve(reason);
    if (client.isOpen) client.destroy();
    socketStop.abort();
  };
  const timer = setTimeout(
    () => end(`no connection to ${nodeName(address)} within ${connectTimeoutMs} ms`),
    connectTimeoutMs,
  );
  client.on('error', (error: unknown) => end(reasonOf(error, address.password)));
  client.once('ready', () => {
    clearTimeout(timer);
    ready.resolve();
  });
  ready.promise.catch(() => {});
  client.connect().catch((error: unknown) => end(reasonOf(error, address.password)));

  return {
    ready: ready.promise,
    ended: ended.promise,
    send: (args) => client.sendCommand<RedisReply>(args),
    subscribe: (channel, listener) => client.subscribe(channel, listener, true),
    unsubscribe: (channel, listener) => client.unsubscribe(channel, listener, true),
    onInvalidate: (listener) => {
      client.on('invalidate', listener);
    },
    isReply: (error): error is Error => error instanceof ErrorReply,
    end,
  };
}
