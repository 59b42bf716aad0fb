import { NaraeError } from '../../../core/index.js';
import type { ThreadRef } from '../spec.js';

/**
 * A thread is four keys that share a hash tag, so that one script may use them all on any node of a cluster:
 *
 *   …cp:{tenant:thread}:r   hash   records by place, superseded ones by stamp, the newest id of each namespace
 *   …cp:{tenant:thread}:c   hash   contents by hash
 *   …cp:{tenant:thread}:i   list   ids, oldest first
 *   …cp:{tenant:thread}:w   hash   pending writes by place
 */
export class CheckpointKeys {
  readonly #start: string;

  constructor(keyPrefix: string) {
    this.#start = `${keyPrefix}cp:{`;
  }

  of({ tenant, thread }: ThreadRef): readonly string[] {
    const stem = `${this.#start}${plain(tenant)}:${plain(thread)}}:`;
    return ['r', 'c', 'i', 'w'].map((kind) => stem + kind);
  }

  /** A glob for the records of all of a tenant's threads. */
  pattern(tenant: string): string {
    return `${this.#stem(tenant).replaceAll(/[*?[\]\\]/g, '\\$&')}*}:r`;
  }

  /** The thread that a key of `pattern` belongs to. */
  threadOf(tenant: string, key: string): string {
    return decodeURIComponent(key.slice(this.#stem(tenant).length, -'}:r'.length));
  }

  #stem(tenant: string): string {
    return `${this.#start}${plain(tenant)}:`;
  }
}

/** No braces, colons, stars or brackets are left. Throws `invalid_name` for half a surrogate pair. */
function plain(name: string): string {
  try {
    return encodeURIComponent(name).replaceAll('*', '%2A');
  } catch (cause) {
    throw new NaraeError('invalid_name', { values: { name: '…', reason: 'it is not valid Unicode' }, cause });
  }
}
