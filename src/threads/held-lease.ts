import { NaraeError } from '../core/index.js';
import type { ThreadLease } from './spec.js';

export interface LeaseOperations {
  /** False: another has taken it. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

/** Renewed three times in a life, so that one lost renewal does not lose the lease. */
const RENEWALS_IN_A_LIFE = 3;

/** A lease that renews itself until it is released or lost. Its timers keep no process alive. */
class HeldLease implements ThreadLease {
  readonly fence: number;
  readonly #thread: string;
  readonly #ttlMs: number;
  readonly #operations: LeaseOperations;
  readonly #lost = new AbortController();
  #timer: NodeJS.Timeout;
  #renewedAtMs = performance.now();
  #isOver = false;

  constructor(thread: string, fence: number, ttlMs: number, operations: LeaseOperations) {
    this.fence = fence;
    this.#thread = thread;
    this.#ttlMs = ttlMs;
    this.#operations = operations;
    this.#timer = this.#schedule();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {
    if (this.#isOver) return;
    this.forget();
    await this.#operations.release();
  }

  /** Stops renewing without a word to the store: it was released with a save, or the store is closing. */
  forget(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #schedule(): NodeJS.Timeout {
    return setTimeout(() => void this.#renew(), this.#ttlMs / RENEWALS_IN_A_LIFE).unref();
  }

  async #renew(): Promise<void> {
    const askedAtMs = performance.now();
    const isOurs = await this.#operations.renew().catch(() => undefined);
    if (this.#isOver) return;
    if (isOurs === true) this.#renewedAtMs = askedAtMs;
    // An engine that does not answer is not a lost lease until it must have run out.
    const isOut = isOurs === undefined && performance.now() - this.#renewedAtMs >= this.#ttlMs;
    if (isOurs === false || isOut) this.#lose();
    else this.#timer = this.#schedule();
  }

  #lose(): void {
    this.forget();
    this.#lost.abort(new NaraeError('thread_lease_lost', { values: { thread: this.#thread } }));
  }
}

/** The leases that a store has given out, by thread and fence. */
export class HeldLeases {
  readonly #held = new Map<string, HeldLease>();

  hold(
    tenant: string,
    thread: string,
    grant: { readonly fence: number; readonly ttlMs: number },
    operations: LeaseOperations,
  ): ThreadLease {
    const key = leaseKey(tenant, thread, grant.fence);
    const release = async (): Promise<void> => {
      this.#held.delete(key);
      await operations.release();
    };
    const lease = new HeldLease(thread, grant.fence, grant.ttlMs, { renew: operations.renew, release });
    lease.lost.addEventListener('abort', () => this.#held.delete(key), { once: true });
    this.#held.set(key, lease);
    return lease;
  }

  /** The store gave it back itself, with a save. */
  released(tenant: string, thread: string, fence: number): void {
    const key = leaseKey(tenant, thread, fence);
    this.#held.get(key)?.forget();
    this.#held.delete(key);
  }

  forgetAll(): void {
    for (const lease of this.#held.values()) lease.forget();
    this.#held.clear();
  }
}

function leaseKey(tenant: string, thread: string, fence: number): string {
  return `${tenant}\n${thread}\n${fence}`;
}
