import { scopeTest } from '../../src/cache/scope.js';
import type { EntryAddress, SharedTier, TierNews, TierRecord, TierScope } from '../../src/cache/tier.js';

interface Row {
  readonly address: EntryAddress;
  record: TierRecord;
  readonly tags: readonly string[];
}

/** The simplest tier that keeps the contract; several caches may share one, each hearing of the others. */
export class MapTier implements SharedTier {
  readonly rows = new Map<string, Row>();
  readonly #listeners = new Set<(news: TierNews) => void>();
  readonly #now: () => number;
  /** While true every call rejects. */
  isDown = false;
  reads = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async read(address: EntryAddress): Promise<TierRecord | undefined> {
    this.#check();
    this.reads++;
    const record = this.rows.get(keyOf(address))?.record;
    return record && this.#now() < record.keepUntilMs ? record : undefined;
  }

  async write(address: EntryAddress, record: TierRecord, tags: readonly string[]): Promise<void> {
    this.#check();
    this.rows.set(keyOf(address), { address, record, tags });
    this.#tell({ kind: 'changed', address });
  }

  async touch(address: EntryAddress, life: Parameters<SharedTier['touch']>[1]): Promise<void> {
    this.#check();
    const row = this.rows.get(keyOf(address));
    if (row) row.record = { ...row.record, ...life };
  }

  async delete(address: EntryAddress): Promise<void> {
    this.#check();
    this.rows.delete(keyOf(address));
    this.#tell({ kind: 'changed', address });
  }

  async invalidate(scope: TierScope): Promise<number> {
    this.#check();
    const matches = scopeTest(scope);
    let count = 0;
    for (const [key, { address, tags }] of this.rows)
      if (address.cache === scope.cache && matches(address, tags) && this.rows.delete(key)) count++;
    this.#tell({ kind: 'invalidated', scope });
    return count;
  }

  async follow(tracked: readonly string[], listener: (news: TierNews) => void): Promise<() => void> {
    const heard = (news: TierNews): void => {
      if (news.kind !== 'changed' || tracked.includes(news.address.cache)) listener(news);
    };
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }

  size() {
    return undefined;
  }

  async close(): Promise<void> {}

  #check(): void {
    if (this.isDown) throw new Error('the tier is down');
  }

  #tell(news: TierNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}

function keyOf({ cache, tenant, id }: EntryAddress): string {
  return JSON.stringify([cache, tenant, id]);
}
