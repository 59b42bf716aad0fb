import { deriveSignal } from '../core/index.js';
import type { Leases } from '../redis/spec.js';

/** A holder that died is replaced after so long; one that lives renews. */
const LEASE_MS = 5_000;
/** A holder that computes for longer than this is not waited for. */
const MAX_WAIT_MS = 60_000;

/** The right to compute an entry, over all nodes. */
export interface ComputeRight {
  release(): void;
}

/** Hands out the right to compute by leases. Where leases cannot be had, everybody may. */
export class ComputeRights {
  readonly #leases: Leases;

  constructor(leases: Leases) {
    this.#leases = leases;
  }

  /** Waits for another holder. Undefined: compute without. Never rejects. */
  async acquire(address: string, signal: AbortSignal): Promise<ComputeRight | undefined> {
    using limited = deriveSignal(signal, { deadlineMs: MAX_WAIT_MS });
    try {
      const lease = await this.#leases.acquire(`compute:${address}`, LEASE_MS, limited.signal);
      return { release: () => void lease.release().catch(() => {}) };
    } catch {
      return undefined;
    }
  }
}
