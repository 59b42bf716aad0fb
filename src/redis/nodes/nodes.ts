import type { NodeAddress } from '../address.js';
import type { Link } from '../link/index.js';
import type { RedisReply } from '../spec.js';

/** The servers behind one Redis: one, or the masters of a cluster. */
export interface Nodes {
  /** Sends a command to the node that holds its key. Rejects as `Redis.call` does. */
  send(args: readonly (string | Buffer)[], deadlineMs: number, signal?: AbortSignal): Promise<RedisReply>;
  /** All that hold keys, as far as is known. */
  readonly masters: readonly Link[];
  /** Where a further connection may be made, another one each time where there are several. */
  nextAddress(): NodeAddress;
  /** Idempotent. */
  close(): Promise<void>;
}
