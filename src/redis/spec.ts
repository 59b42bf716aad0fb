/**
 * The contract of Redis: one connection (or cluster) for the whole process, shared by caches, leases, threads and
 * run streams. Rooms above speak in commands and scripts; the vendor's client stays in this room.
 */
import type { Closable } from '../core/index.js';

/** A whole command: `['SET', key, value, 'PX', 60000]`. */
export type RedisCommand = readonly [name: string, ...args: RedisArgument[]];
export type RedisArgument = string | Buffer | number;

/** Bulk strings are Buffers, simple strings are strings. */
export type RedisReply = null | number | string | Buffer | readonly RedisReply[];

export interface RedisScript {
  /** For errors and metrics. */
  readonly name: string;
  /** Lua; run by its hash, loaded where the server does not know it. */
  readonly lua: string;
}

export interface RedisCallOptions {
  /** Rejects with `redis_unavailable` after so long. Default: `commandTimeoutMs` of the connection. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export interface Redis {
  /**
   * Sends a command. Commands of one tick travel in one round trip. Rejects with `redis_unavailable` when there is
   * no connection, no answer within the deadline, or the breaker is open, and with `redis_refused` for an error
   * reply (out of memory, wrong type).
   */
  call(command: RedisCommand, options?: RedisCallOptions): Promise<RedisReply>;
  /** Runs a script. All keys must share a hash tag, so that a cluster takes it. */
  run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly RedisArgument[],
    options?: RedisCallOptions,
  ): Promise<RedisReply>;
  /**
   * Hears what is published on a channel, also after a reconnect; the returned function ends it. Resolves when it
   * listens. Without a connection it resolves soon all the same and listens from the next connection on: what is
   * published may be missed, and whoever must not miss it looks again from time to time, or when `onGap` says that
   * the connection was lost or made anew.
   */
  subscribe(channel: string, listener: (message: Buffer) => void, onGap?: () => void): Promise<() => void>;
  publish(channel: string, message: string | Buffer): Promise<void>;
  /**
   * Tells which keys below `prefix` another client changed, by RESP3 client tracking; `undefined` when everything
   * may have changed (a connection lost or made, FLUSHALL). The returned function ends it.
   */
  followChanges(prefix: string, listener: (key: string | undefined) => void): Promise<() => void>;
  /** Keys that match a glob, in pages, from every node: SCAN, never KEYS. */
  scan(pattern: string, signal?: AbortSignal): AsyncIterable<readonly string[]>;
  readonly health: RedisHealth;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface RedisHealth {
  readonly state: 'connecting' | 'ready' | 'resting' | 'closed';
  /** What the last failure was. */
  readonly lastError?: string;
  /**
   * Answers that have come so far, refusals and late ones too: who got none in time can tell a server that is busy
   * from one that is silent.
   */
  readonly answers: number;
}

/**
 * A lease: at most one holder at a time, as long as it renews. `fence` rises with every grant of the same name, so
 * that what it guards can refuse a holder that came back too late.
 */
export interface Lease {
  readonly fence: number;
  /** Aborts when the lease was lost: expired unrenewed, or taken away. */
  readonly lost: AbortSignal;
  /** Idempotent, never rejects; wakes whoever waits. */
  release(): Promise<void>;
}

export interface Leases {
  /**
   * Undefined when another holds it. Renewed in the background until released or lost. Rejects with
   * `redis_unavailable` or `redis_refused` where leases live in Redis, and with `closing`.
   */
  tryAcquire(name: string, ttlMs: number): Promise<Lease | undefined>;
  /** Waits for it. Rejects with the signal's reason, and as `tryAcquire` does. */
  acquire(name: string, ttlMs: number, signal: AbortSignal): Promise<Lease>;
}

/** Leases as their owner has them. `close` takes back what is held: its `lost` aborts. */
export type OwnLeases = Leases & Closable;
