import type { VendorClient } from './link/index.js';

type ChangeListener = (key: string | undefined) => void;

/**
 * Reports of keys that other clients changed. The connections that carry the commands carry them too (RESP3 pushes,
 * BCAST mode), so what this process changes itself is not reported, and a lost connection is known at once.
 */
export class ChangeFeed {
  readonly #listeners = new Map<string, Set<ChangeListener>>();

  /** Prefixes that cover all that is followed and, as the server demands, do not overlap. */
  get prefixes(): readonly string[] {
    const wanted = [...this.#listeners.keys()].sort();
    return wanted.filter((prefix) => !wanted.some((other) => other !== prefix && prefix.startsWith(other)));
  }

  /** The returned function ends it. */
  add(prefix: string, listener: ChangeListener): () => void {
    const listeners = this.#listeners.get(prefix) ?? new Set();
    this.#listeners.set(prefix, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(prefix) === listeners) this.#listeners.delete(prefix);
    };
  }

  /** Tells a new connection what to report. The client has switched tracking of reads on by itself: off first. */
  async prepare(client: VendorClient): Promise<void> {
    client.onInvalidate((key) => this.report(key?.toString()));
    await this.apply((args) => client.send(args));
    this.report(undefined);
  }

  /** Tells a connection that is in use. What changes between the two commands is not reported. */
  async apply(send: (args: string[]) => Promise<unknown>): Promise<void> {
    const { prefixes } = this;
    const off = send(['CLIENT', 'TRACKING', 'OFF']);
    const on =
      prefixes.length > 0 &&
      send([
        'CLIENT',
        'TRACKING',
        'ON',
        'BCAST',
        'NOLOOP',
        ...prefixes.flatMap((prefix) => ['PREFIX', prefix]),
      ]);
    await Promise.all([off, on]);
  }

  /** `undefined`: everything may have changed. */
  report(key: string | undefined): void {
    for (const [prefix, listeners] of this.#listeners)
      if (key === undefined || key.startsWith(prefix)) for (const listener of listeners) listener(key);
  }
}
