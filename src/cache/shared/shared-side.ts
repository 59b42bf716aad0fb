import { decode, encode } from '../codec/index.js';
import type { CacheKey } from '../key.js';
import type { ValueEntry } from '../memory/entry.js';
import type { ScopeTest } from '../scope.js';
import type { CacheOptions } from '../spec.js';
import type { Counters } from '../statistics.js';
import type { EntryAddress, RecordLife, SharedTier, TierRecord, TierScope } from '../tier.js';
import type { WriteBehind } from './write-behind.js';

export interface SharedRead {
  readonly key: CacheKey;
  /** What memory and the write-behind know the entry by. */
  readonly address: string;
  readonly signal?: AbortSignal | undefined;
  /** In place of the tier's own. */
  readonly deadlineMs?: number | undefined;
}

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

  /** Gives what `use` makes of the entry; `use` must not throw. */
  read<Result>(
    { key, address, signal, deadlineMs }: SharedRead,
    use: (entry: ValueEntry | undefined) => Result,
  ): Promise<Result> {
    const unwritten = this.#writes.peek(address);
    if (unwritten !== undefined) return Promise.resolve(use(unwritten));
    return this.#tier.read(this.#address(key), signal, deadlineMs).then(
      (record) => use(record && this.#readable(key, record)),
      () => {
        if (!signal?.aborted) this.#counters.read('shared-failed');
        return use(undefined);
      },
    );
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
    if (content === undefined || !this.#isValue(content.value)) {
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

  /** A check that trips over what it was given has found something else. */
  #isValue(candidate: unknown): boolean {
    try {
      return this.#options.isValue(candidate);
    } catch {
      return false;
    }
  }

  #behind(work: Promise<void>): void {
    work.catch(() => this.#counters.read('shared-failed'));
  }
}
