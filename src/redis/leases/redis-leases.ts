import { randomUUID } from 'node:crypto';
import { abortReason, deferred, NaraeError, untilAborted } from '../../core/index.js';
import { systemTimers, type Timers } from '../../resilience/index.js';
import { defaultRedisOptions } from '../options.js';
import type { Lease, OwnLeases, Redis } from '../spec.js';
import { HeldLease } from './held-lease.js';
import { type LeaseKeys, leaseKeys } from './lease-keys.js';
import { ACQUIRE, RELEASE, RENEW } from './lease-scripts.js';

/** A waiter looks again after so long at the latest, whatever it was told. */
const LONGEST_POLL_MS = 1_000;
/** The last attempt may take so many times as long as the first: at 0.1 s, all of them take 3.1 s. */
const MOST_PATIENCE = 16;
/** What a dead holder left is free a moment after its time, not at it. */
const POLL_SLACK_MS = 5;

export interface RedisLeasesSettings {
  /** Default `narae:`. */
  readonly keyPrefix?: string;
  /**
   * How long Redis may take to grant, after which it is asked again, each time for twice as long and for 16 times at
   * most, while it answers others, and once more where it is silent: a busy machine is no reason to go on without.
   * Short where that is better than waiting, as in caches. Default: `commandTimeoutMs` of the connection, once.
   */
  readonly deadlineMs?: number;
  readonly timers?: Timers;
}

/** What came of asking: a lease, or how long another holds it at the least unless it renews. */
type Attempt =
  | { readonly kind: 'granted'; readonly lease: Lease }
  | { readonly kind: 'held'; readonly leftMs: number };

/** Leases over all processes that share a Redis. */
export function createRedisLeases(redis: Redis, settings: RedisLeasesSettings = {}): OwnLeases {
  return new RedisLeases(redis, settings);
}

class RedisLeases implements OwnLeases {
  readonly #redis: Redis;
  readonly #keyPrefix: string;
  readonly #deadlineMs: number | undefined;
  readonly #mostPatience: number;
  readonly #timers: Timers;
  readonly #held = new Set<HeldLease>();
  #closing: Promise<void> | undefined;

  constructor(redis: Redis, { keyPrefix, deadlineMs, timers }: RedisLeasesSettings) {
    this.#redis = redis;
    this.#keyPrefix = keyPrefix ?? defaultRedisOptions.keyPrefix;
    this.#deadlineMs = deadlineMs;
    this.#mostPatience = deadlineMs === undefined ? 1 : MOST_PATIENCE;
    this.#timers = timers ?? systemTimers;
  }

  async tryAcquire(name: string, ttlMs: number): Promise<Lease | undefined> {
    const attempt = await this.#attempt(leaseKeys(this.#keyPrefix, name), ttlMs);
    return attempt.kind === 'granted' ? attempt.lease : undefined;
  }

  async acquire(name: string, ttlMs: number, signal: AbortSignal): Promise<Lease> {
    const keys = leaseKeys(this.#keyPrefix, name);
    const first = await this.#patiently(keys, ttlMs, signal);
    if (first.kind === 'granted') return first.lease;
    return this.#wait(keys, ttlMs, signal, first.leftMs);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#held].map((lease) => lease.revoke())).then(() => {});
    return this.#closing;
  }

  async #patiently(keys: LeaseKeys, ttlMs: number, signal: AbortSignal): Promise<Attempt> {
    for (let patience = 1; ; patience *= 2) {
      const { answers } = this.#redis.health;
      try {
        return await this.#attempt(keys, ttlMs, signal, patience);
      } catch (error) {
        const isSilent = this.#redis.health.answers === answers;
        if ((isSilent && patience > 1) || patience >= this.#mostPatience || signal.aborted) throw error;
      }
    }
  }

  async #wait(keys: LeaseKeys, ttlMs: number, signal: AbortSignal, firstLeftMs: number): Promise<Lease> {
    let wake = deferred<void>();
    const listening = this.#redis.subscribe(keys.channel, () => wake.resolve());
    // Asked once more when it listens, so that a release in between is not missed.
    listening.then(() => wake.resolve()).catch(() => {});
    try {
      for (let leftMs = firstLeftMs; ; ) {
        const cancel = this.#timers.after(Math.min(leftMs + POLL_SLACK_MS, LONGEST_POLL_MS), wake.resolve);
        await untilAborted(wake.promise, signal).finally(cancel);
        wake = deferred();
        const attempt = await this.#patiently(keys, ttlMs, signal);
        if (attempt.kind === 'granted') return attempt.lease;
        leftMs = attempt.leftMs;
      }
    } finally {
      listening.then((stop) => stop()).catch(() => {});
    }
  }

  async #attempt(keys: LeaseKeys, ttlMs: number, signal?: AbortSignal, patience = 1): Promise<Attempt> {
    if (this.#closing) throw new NaraeError('closing');
    if (signal?.aborted) throw abortReason(signal);
    const token = randomUUID();
    const grantedAtMs = this.#timers.monotonicMs();
    const deadlineMs = this.#deadlineMs === undefined ? {} : { deadlineMs: this.#deadlineMs * patience };
    const call = { ...deadlineMs, ...(signal !== undefined && { signal }) };
    try {
      const reply = await this.#redis.run(ACQUIRE, [keys.lease, keys.fence], [token, ttlMs], call);
      if (typeof reply === 'number') return { kind: 'held', leftMs: Math.max(0, reply) };
      if (this.#closing) throw new NaraeError('closing');
      return { kind: 'granted', lease: this.#hold(keys, token, ttlMs, Number(String(reply)), grantedAtMs) };
    } catch (error) {
      // It may have been granted all the same.
      void this.#free(keys, token);
      throw error;
    }
  }

  #hold(keys: LeaseKeys, token: string, ttlMs: number, fence: number, grantedAtMs: number): Lease {
    const lease = new HeldLease({
      fence,
      ttlMs,
      grantedAtMs,
      timers: this.#timers,
      renew: async (deadlineMs) =>
        (await this.#redis.run(RENEW, [keys.lease], [token, ttlMs], { deadlineMs })) === 1,
      free: () => {
        this.#held.delete(lease);
        return this.#free(keys, token);
      },
    });
    lease.lost.addEventListener('abort', () => this.#held.delete(lease), { once: true });
    this.#held.add(lease);
    return lease;
  }

  /** Where Redis cannot be told, the lease ends with its time. */
  async #free(keys: LeaseKeys, token: string): Promise<void> {
    await this.#redis.run(RELEASE, [keys.lease], [token, keys.channel]).catch(() => {});
  }
}
