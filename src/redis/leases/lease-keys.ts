import { keySlot } from '../nodes/index.js';

/**
 * Names of leases share this many fences: a fence must rise with every grant of a name and may rise more, so that
 * the fences of a million names need no million keys.
 */
const FENCES = 256;

export interface LeaseKeys {
  readonly lease: string;
  readonly fence: string;
  readonly channel: string;
}

/** `{n}` keeps a lease and its fence on one node of a cluster. */
export function leaseKeys(prefix: string, name: string): LeaseKeys {
  const tag = `{lease:${keySlot(name) % FENCES}}`;
  return {
    lease: `${prefix}${tag}:held:${name}`,
    fence: `${prefix}${tag}:fence`,
    channel: `${prefix}lease-free:${name}`,
  };
}
