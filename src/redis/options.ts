import type { BackoffOptions, BreakerOptions } from '../resilience/index.js';

/** Options of the connection to Redis; `config` fills them. */
export interface RedisOptions {
  /**
   * `redis://[user[:password]@]host[:port][/database]`, or `rediss://` for TLS. Several, separated by commas, are
   * nodes of one cluster by which the others are found.
   */
  readonly url: string;
  /** Put before every key by those who make keys; the connection itself changes no key. Default `narae:`. */
  readonly keyPrefix: string;
  /** How long an answer may take when the caller sets no deadline of its own. Default 1,000. */
  readonly commandTimeoutMs: number;
  /** For TCP, TLS and sign-on together; also how long a connection may be silent while asked. Default 2,000. */
  readonly connectTimeoutMs: number;
  /** Commands without an answer, for each node: more are refused at once. Default 10,000. */
  readonly maxWaiting: number;
  /** When a node that is connected but too slow is asked no more, and for how long. */
  readonly breaker: BreakerOptions;
}

export const defaultRedisOptions: Omit<RedisOptions, 'url'> = Object.freeze({
  keyPrefix: 'narae:',
  commandTimeoutMs: 1_000,
  connectTimeoutMs: 2_000,
  maxWaiting: 10_000,
  breaker: Object.freeze({ failures: 5, failureRatio: 0.5, windowMs: 1_000, openMs: 1_000 }),
});

/** Waits between attempts to connect: with `connectTimeoutMs` it bounds how late a return is noticed. */
export const RECONNECT_BACKOFF: BackoffOptions = Object.freeze({ minMs: 50, maxMs: 1_000 });
