import { NaraeError } from '../core/index.js';
import { createLocalLeases, type Lease } from '../redis/index.js';
import type { LeaseOrder } from './spec.js';

/** What a worker asked for, granted or waited for. */
interface Wanted {
  readonly leave: AbortController;
  lease?: Lease;
}

/**
 * Leases over all workers, kept by the primary. A worker holds one until it says otherwise, or ends: nothing has to be
 * renewed.
 */
export class LeaseDesk<Holder extends object> {
  readonly #leases = createLocalLeases();
  /** By the worker's own numbers. */
  readonly #wanted = new Map<Holder, Map<number, Wanted>>();

  /** Gives the lease's fence, or null where it is taken and not waited for. Rejects with the signal's reason. */
  async grant(
    holder: Holder,
    { name, token, waits }: LeaseOrder,
    signal: AbortSignal,
  ): Promise<number | null> {
    const wanted: Wanted = { leave: new AbortController() };
    this.#of(holder).set(token, wanted);
    try {
      const either = AbortSignal.any([signal, wanted.leave.signal]);
      const lease = waits
        ? await this.#leases.acquire(name, 0, either)
        : await this.#leases.tryAcquire(name, 0);
      if (lease === undefined) this.#wanted.get(holder)?.delete(token);
      else this.#hold(wanted, lease);
      return lease?.fence ?? null;
    } catch (error) {
      this.#wanted.get(holder)?.delete(token);
      throw error;
    }
  }

  /** The worker needs it no more, or no longer waits for it. */
  over(holder: Holder, token: number): void {
    const wanted = this.#wanted.get(holder)?.get(token);
    this.#wanted.get(holder)?.delete(token);
    wanted?.leave.abort(new NaraeError('aborted'));
    void wanted?.lease?.release();
  }

  /** Everything that an ended worker held is free. */
  ended(holder: Holder): void {
    for (const token of [...(this.#wanted.get(holder)?.keys() ?? [])]) this.over(holder, token);
    this.#wanted.delete(holder);
  }

  #hold(wanted: Wanted, lease: Lease): void {
    wanted.lease = lease;
    // Given up in the very moment in which it was granted.
    if (wanted.leave.signal.aborted) void lease.release();
  }

  #of(holder: Holder): Map<number, Wanted> {
    const known = this.#wanted.get(holder) ?? new Map<number, Wanted>();
    this.#wanted.set(holder, known);
    return known;
  }
}
