import type { NodeAddress } from '../address.js';
import type { Link } from '../link/index.js';
import type { RedisReply } from '../spec.js';
import type { Nodes } from './nodes.js';

/** One server that holds all keys. */
export class SingleNode implements Nodes {
  readonly masters: readonly [Link];

  constructor(address: NodeAddress, openLink: (address: NodeAddress) => Link) {
    this.masters = [openLink(address)];
  }

  send(args: readonly (string | Buffer)[], deadlineMs: number, signal?: AbortSignal): Promise<RedisReply> {
    return this.masters[0].send(args, deadlineMs, signal);
  }

  nextAddress(): NodeAddress {
    return this.masters[0].address;
  }

  close(): Promise<void> {
    return this.masters[0].close();
  }
}
