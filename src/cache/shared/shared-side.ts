import { decode, encode } from '../codec/index.js';
import type { CacheKey } from '../key.js';
import type { ValueEntry } from '../memory/entry.js';
import type { ScopeTest } from '../scope.js';
import type { CacheOptions } from '../spec.js';
import type { Counters } from '../statistics.js';
import type { EntryAddress, RecordLife, SharedTier, TierRecord, TierScope } from '../tier.js';
import type { WriteBehind } from './write-behind.js';

/** One cache's view of the shared tier: values instead of bytes, and no failure comes through. */
export class SharedSide<Value> {
  readonly #options: CacheOptions<Value>;
  readonly #tier: SharedTier;
  readonly #writes: WriteBehind;
  readonly #counters: Counters;

  constructor(options: CacheOptions<Value>, tier: SharedTier, writes: WriteBehind, counters: Counters) {
    this.#options = options;
    this.#tier = tier;
    this.#writes = writes;
    this.#counters = counters;
  }

  /** `memoryAddress` is what the write-behind knows the entry by. */
  async read(key: CacheKey, memoryAddress: string, signal?: AbortSignal): Promise<ValueEntry | undefined> {
    const unwritten = this.#writes.peek(memoryAddress);
    if (unwritten !== undefined) return unwritten;
    try {
      const record = await this.#tier.read(this.#address(key), signal);
      return record && this.#readable(key, record);
    } catch {
      if (!signal?.aborted) this.#counters.read('shared-failed');
      return undefined;
    }
  }

  /** Resolves when other nodes can read it, or when that failed or became needless. */
  write(key: CacheKey, memoryAddress: string, entry: ValueEntry): Promise<void> {
    return new Promise((resolve) => {
      this.#writes.add(memoryAddress, {
        address: this.#address(key),
        entry,
        record: () => this.#record(entry),
        onSettled: (outcome) => {
          if (outcome === 'failed') this.#counters.read('shared-failed');
          resolve();
        },
      });
    });
  }

  touch(key: CacheKey, life: RecordLife): void {
    this.#behind(this.#tier.touch(this.#address(key), life));
  }

  async delete(key: CacheKey, memoryAddress: string): Promise<void> {
    this.#writes.forget(memoryAddress);
    await this.#tier.delete(this.#address(key)).catch(() => this.#counters.read('shared-failed'));
  }

  async invalidate(scope: TierScope, matches: ScopeTest): Promise<number> {
    this.#writes.cancelWhere(
      ({ address, entry }) => address.cache === this.#options.name && matches(address, entry.tags),
    );
    try {
      return await this.#tier.invalidate(scope);
    } catch {
      this.#counters.read('shared-failed');
      return 0;
    }
  }

  #address({ tenant, id }: CacheKey): EntryAddress {
    return { cache: this.#options.name, tenant, id };
  }

  #readable(key: CacheKey, record: TierRecord): ValueEntry | undefined {
    const content = decode(record.body, this.#options.version);
    if (content === undefined || !this.#options.isValue(content.value)) {
      this.#counters.read('unreadable');
      this.#behind(this.#tier.delete(this.#address(key)));
      return undefined;
    }
    const { storedAtMs, freshUntilMs, keepUntilMs, reads } = record;
    const { value, tags, cost } = content;
    const life = { storedAtMs, freshUntilMs, keepUntilMs, reads, retryAtMs: 0 };
    return { kind: 'value', value, ...life, tags, cost, counters: this.#counters, bytes: 0 };
  }

  #record({ value, tags, cost, storedAtMs, freshUntilMs, keepUntilMs, reads }: ValueEntry): TierRecord {
    const body = encode({ value, tags, cost }, this.#options.version);
    return { body, storedAtMs, freshUntilMs, keepUntilMs, reads };
  }

  #behind(work: Promise<void>): void {
    work.catch(() => this.#counters.read('shared-failed'));
  }
}
