import { NaraeError } from '../../core/index.js';
import type { Timers } from '../../resilience/index.js';
import type { Lease } from '../spec.js';

/** A renewal is due after this share of the life, so that two may fail before it ends. */
const RENEW_RATIO = 1 / 3;

export interface HeldLeaseSettings {
  readonly fence: number;
  readonly ttlMs: number;
  /** When its life began at the latest: before the server was asked. On the clock of `timers`. */
  readonly grantedAtMs: number;
  /** False: another holds it by now. Rejects when that cannot be known; it is tried again. */
  readonly renew: (deadlineMs: number) => Promise<boolean>;
  /** Never rejects. */
  readonly free: () => Promise<void>;
  readonly timers: Timers;
}

/** A lease that renews itself until it is released or lost. */
export class HeldLease implements Lease {
  readonly fence: number;
  readonly #settings: HeldLeaseSettings;
  readonly #lost = new AbortController();
  #expiresAtMs: number;
  #cancelRenewal: () => void = () => {};
  #cancelExpiry: () => void = () => {};
  #released: Promise<void> | undefined;

  constructor(settings: HeldLeaseSettings) {
    this.fence = settings.fence;
    this.#settings = settings;
    this.#expiresAtMs = settings.grantedAtMs + settings.ttlMs;
    this.#watchExpiry();
    this.#scheduleRenewal();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  release(): Promise<void> {
    this.#released ??= this.#free();
    return this.#released;
  }

  /** Ends it for its holder too. */
  revoke(): Promise<void> {
    this.#lose();
    return this.release();
  }

  #free(): Promise<void> {
    this.#stop();
    return this.#settings.free();
  }

  get #isOver(): boolean {
    return this.#released !== undefined || this.#lost.signal.aborted;
  }

  #scheduleRenewal(): void {
    const { ttlMs, timers } = this.#settings;
    this.#cancelRenewal = timers.after(ttlMs * RENEW_RATIO, () => void this.#renew());
  }

  #watchExpiry(): void {
    const { timers } = this.#settings;
    this.#cancelExpiry();
    const leftMs = Math.max(0, this.#expiresAtMs - timers.monotonicMs());
    this.#cancelExpiry = timers.after(leftMs, () => this.#lose());
  }

  async #renew(): Promise<void> {
    const { ttlMs, timers, renew } = this.#settings;
    const askedAtMs = timers.monotonicMs();
    try {
      const isOurs = await renew(ttlMs * RENEW_RATIO);
      if (this.#isOver) return;
      if (!isOurs) return this.#lose();
      this.#expiresAtMs = askedAtMs + ttlMs;
      this.#watchExpiry();
    } catch {
      // Not known whether it still is ours: it counts as ours until its time is up.
    }
    if (!this.#isOver) this.#scheduleRenewal();
  }

  #lose(): void {
    this.#stop();
    this.#lost.abort(new NaraeError('redis_unavailable', { values: { reason: 'a lease was lost' } }));
  }

  #stop(): void {
    this.#cancelRenewal();
    this.#cancelExpiry();
  }
}
