import type { Peer } from '../core/index.js';
import type { Lease, Leases } from '../redis/spec.js';
import type { PrimaryHears, WorkerHears } from '../workers/spec.js';

type Primary = Peer<WorkerHears, PrimaryHears<unknown>>;

const NEVER = new AbortController().signal;

/**
 * Leases over all workers of the machine, from their primary. They last until they are released or their worker ends,
 * whatever life is asked for; without the primary there are none (`worker_failed`).
 */
export class PrimaryLeases implements Leases {
  readonly #primary: Pick<Primary, 'call' | 'tell'>;
  #lastToken = 0;

  constructor(primary: Pick<Primary, 'call' | 'tell'>) {
    this.#primary = primary;
  }

  tryAcquire(name: string): Promise<Lease | undefined> {
    return this.#ask(name, false, NEVER);
  }

  async acquire(name: string, _ttlMs: number, signal: AbortSignal): Promise<Lease> {
    return (await this.#ask(name, true, signal)) as Lease;
  }

  async #ask(name: string, waits: boolean, signal: AbortSignal): Promise<Lease | undefined> {
    const token = ++this.#lastToken;
    try {
      const fence = await this.#primary.call('lease', { name, token, waits }, signal);
      return fence === null ? undefined : this.#leaseOf(token, fence);
    } catch (error) {
      // It may have been granted all the same.
      this.#primary.tell('leaseOver', token);
      throw error;
    }
  }

  #leaseOf(token: number, fence: number): Lease {
    return {
      fence,
      lost: NEVER,
      release: async () => this.#primary.tell('leaseOver', token),
    };
  }
}
