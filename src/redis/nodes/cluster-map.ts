import type { NodeAddress } from '../address.js';
import type { RedisReply } from '../spec.js';

/** Consecutive slots, both ends included, and the master that holds them. */
export interface SlotRange {
  readonly from: number;
  readonly to: number;
  readonly host: string;
  readonly port: number;
}

/** Reads the answer to CLUSTER SLOTS. A node that does not know its own host has that of `answeredBy`. */
export function readClusterSlots(reply: RedisReply, answeredBy: NodeAddress): readonly SlotRange[] {
  if (!Array.isArray(reply)) return [];
  return (reply as readonly RedisReply[]).flatMap((row) => readRange(row, answeredBy) ?? []);
}

function readRange(row: RedisReply, answeredBy: NodeAddress): SlotRange | undefined {
  if (!Array.isArray(row)) return undefined;
  const [from, to, master] = row as readonly RedisReply[];
  if (typeof from !== 'number' || typeof to !== 'number' || !Array.isArray(master)) return undefined;
  const [host, port] = master as readonly RedisReply[];
  if (typeof port !== 'number') return undefined;
  return { from, to, host: host ? String(host) : answeredBy.host, port };
}
