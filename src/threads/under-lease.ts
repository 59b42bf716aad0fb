import type { ThreadLease } from './spec.js';

/**
 * Works under a lease and gives it back. What the work came to stands, its result or its failure, even where the lease
 * cannot be given back: it runs out by itself then.
 */
export async function underLease<Result>(lease: ThreadLease, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } finally {
    await lease.release().catch(() => {});
  }
}
