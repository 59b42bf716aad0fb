import { deriveSignal, SharedWork } from '../../core/index.js';
import type { Leases } from '../../redis/spec.js';

/** A node that died is replaced after so long; one that lives renews. */
const LEASE_MS = 5_000;
/** A right that nobody takes up is given back: all who waited for it have left. */
const IDLE_MS = 1_000;

/** The right to write an answer, over all nodes. */
export interface WritingRight {
  /** Takes it up; to be released from now on. */
  take(): void;
  /** Idempotent. */
  release(): void;
}

/** Hands out rights by leases. Twins on this node wait together and get one right between them. */
export class WritingRights {
  readonly #leases: Leases;
  readonly #waitMs: number;
  readonly #waiting = new SharedWork<WritingRight | undefined>();

  constructor(leases: Leases, waitMs: number) {
    this.#leases = leases;
    this.#waitMs = waitMs;
  }

  /**
   * Waits for another node that holds it. Undefined where that takes too long or leases cannot be had: then everybody
   * may write. Rejects only with the signal's reason.
   */
  acquire(name: string, signal: AbortSignal): Promise<WritingRight | undefined> {
    return this.#waiting.run(name, signal, (shared) => this.#acquire(name, shared));
  }

  async #acquire(name: string, signal: AbortSignal): Promise<WritingRight | undefined> {
    using limited = deriveSignal(signal, { deadlineMs: this.#waitMs });
    try {
      const lease = await this.#leases.acquire(`write:${name}`, LEASE_MS, limited.signal);
      return rightOf(() => void lease.release().catch(() => {}));
    } catch {
      return undefined;
    }
  }
}

function rightOf(release: () => void): WritingRight {
  const idle = setTimeout(release, IDLE_MS).unref();
  return {
    take: () => clearTimeout(idle),
    release: () => {
      clearTimeout(idle);
      release();
    },
  };
}
