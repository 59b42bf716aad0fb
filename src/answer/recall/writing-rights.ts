import { deriveSignal, SharedWork } from '../../core/index.js';
import type { Lease, Leases } from '../../redis/spec.js';

/** A node that died is replaced after so long; one that lives renews. */
const LEASE_MS = 5_000;
/** A right that nobody takes up is given back: all who waited for it have left. */
const IDLE_MS = 1_000;

/** The right to write an answer, over all nodes. */
export interface WritingRight {
  /** Takes it up; to be released from now on. False where it was given back meanwhile: another may have it. */
  take(): boolean;
  /** Idempotent. */
  release(): void;
}

/** What whoever waited has: the right, and what another node had written by then. */
export interface Granted<Written> {
  /** Absent where waiting took too long or leases cannot be had: then everybody may write. */
  readonly right?: WritingRight;
  readonly written?: Written;
}

/** Hands out rights by leases. Twins on this node wait together and get one right between them. */
export class WritingRights<Written> {
  readonly #leases: Leases;
  readonly #waitMs: number;
  readonly #waiting = new SharedWork<Granted<Written>>();

  constructor(leases: Leases, waitMs: number) {
    this.#leases = leases;
    this.#waitMs = waitMs;
  }

  /**
   * Waits for another node that holds it, and then looks once, for all twins, whether that one has written. Rejects
   * only with the signal's reason, and as `look` does.
   */
  acquire(
    name: string,
    signal: AbortSignal,
    look: (signal: AbortSignal) => Promise<Written | undefined>,
  ): Promise<Granted<Written>> {
    return this.#waiting.run(name, signal, async (shared) => {
      const lease = await this.#leaseOn(name, shared);
      if (lease === undefined) return {};
      const free = (): void => void lease.release().catch(() => {});
      try {
        const written = await look(shared);
        if (written === undefined) return { right: rightOf(free) };
        free();
        return { written };
      } catch (error) {
        free();
        throw error;
      }
    });
  }

  async #leaseOn(name: string, signal: AbortSignal): Promise<Lease | undefined> {
    using limited = deriveSignal(signal, { deadlineMs: this.#waitMs });
    try {
      return await this.#leases.acquire(`write:${name}`, LEASE_MS, limited.signal);
    } catch {
      return undefined;
    }
  }
}

function rightOf(free: () => void): WritingRight {
  let isHeld = true;
  const release = (): void => {
    clearTimeout(idle);
    if (isHeld) free();
    isHeld = false;
  };
  const idle = setTimeout(release, IDLE_MS).unref();
  const take = (): boolean => {
    clearTimeout(idle);
    return isHeld;
  };
  return { take, release };
}
