import type { Clock } from '../core/index.js';
import type { CacheKey } from './key.js';
import type { LifeRules } from './life.js';
import type { MemoryEntry, ValueEntry } from './memory/entry.js';
import type { Memory } from './memory/memory.js';
import { scopeTest } from './scope.js';
import type { SharedRead, SharedSide } from './shared/shared-side.js';
import type { CacheOptions, CacheOutcome, Found, StoreOptions } from './spec.js';
import type { Counters } from './statistics.js';
import type { TierScope } from './tier.js';

export interface EntriesParts<Value> {
  readonly options: CacheOptions<Value>;
  readonly memory: Memory;
  readonly shared: SharedSide<Value> | undefined;
  readonly life: LifeRules;
  readonly counters: Counters;
  readonly clock: Clock;
}

export type FoundTier = 'memory' | 'shared';

/** What one cache holds, in both tiers; computes nothing. */
export class Entries<Value> {
  readonly #parts: EntriesParts<Value>;
  readonly #prefix: string;
  /** Rises when entries go: a read of the shared tier that began before may bring back what is gone. */
  #removals = 0;

  constructor(parts: EntriesParts<Value>) {
    this.#parts = parts;
    this.#prefix = `${parts.options.name}:`;
  }

  /** Another number than before: something was removed since. */
  get removals(): number {
    return this.#removals;
  }

  /** The tenant's length keeps tenants and ids apart whatever they hold; names of caches have no ":". */
  addressOf({ tenant, id }: { readonly tenant: string; readonly id: string }): string {
    return `${this.#prefix}${tenant.length}:${tenant}${id}`;
  }

  inMemory(address: string): MemoryEntry | undefined {
    return this.#parts.memory.get(address);
  }

  /**
   * Gives what `use` makes of the entry, undefined also for what is dead. Never rejects, unless `use` throws. All of
   * it happens in the turn in which the tier answers: a promise more at each layer costs as much as decoding.
   */
  inShared<Result>(read: SharedRead, use: (entry: ValueEntry | undefined) => Result): Promise<Result> {
    const { shared } = this.#parts;
    if (shared === undefined) return Promise.resolve(use(undefined));
    const removals = this.#removals;
    return shared.read(read, (entry) => use(entry && this.#living(read.address, entry, removals)));
  }

  make(value: Value, { ttlMs, tags = [], cost }: StoreOptions): ValueEntry {
    const { life, clock, counters, options } = this.#parts;
    const storedAtMs = clock.now();
    return {
      kind: 'value',
      value,
      storedAtMs,
      ...life.begin(storedAtMs, ttlMs),
      reads: 0,
      retryAtMs: 0,
      tags,
      cost: cost ?? options.costOf?.(value),
      counters,
      bytes: 0,
    };
  }

  /** In memory at once; resolves when other nodes can read it, or never will. */
  store(key: CacheKey, address: string, entry: ValueEntry): Promise<void> | undefined {
    this.#keep(address, entry);
    return this.#parts.shared?.write(key, address, entry);
  }

  rememberFailure(address: string, error: unknown, ttlMs: number, tags: readonly string[]): void {
    const { memory, counters, clock } = this.#parts;
    const keepUntilMs = clock.now() + ttlMs;
    memory.set(address, { kind: 'failure', error, keepUntilMs, tags, counters, bytes: 0 }, 0);
  }

  /** Gives it out as a hit, and lets its life grow. */
  hit(key: CacheKey, entry: ValueEntry, nowMs: number, tier: FoundTier): Found<Value> {
    const { counters, options } = this.#parts;
    entry.reads++;
    if (options.growth !== undefined) this.#grow(key, entry, nowMs);
    if (tier === 'shared') counters.sharedHits++;
    return this.give(entry, 'hit', tier);
  }

  /** Gives it out, and counts how it came about and what that saved. */
  give(entry: ValueEntry, outcome: CacheOutcome, tier: Found<Value>['tier']): Found<Value> {
    const { counters } = this.#parts;
    counters.read(outcome);
    if (outcome !== 'miss' && outcome !== 'bypass') counters.save(entry.cost);
    return { value: entry.value as Value, outcome, tier, storedAtMs: entry.storedAtMs };
  }

  async delete(key: CacheKey, address: string): Promise<void> {
    this.forget(address);
    await this.#parts.shared?.delete(key, address);
  }

  /** Gives how many went, as far as is known. */
  async invalidate(scope: TierScope): Promise<number> {
    const dropped = this.forgetScope(scope);
    const shared = (await this.#parts.shared?.invalidate(scope, scopeTest(scope))) ?? 0;
    return Math.max(dropped, shared);
  }

  /** From memory only. */
  forget(address: string): void {
    this.#removals++;
    this.#parts.memory.delete(address);
  }

  /** From memory only. */
  forgetScope(scope: TierScope): number {
    this.#removals++;
    const matches = scopeTest(scope);
    const prefix = this.addressOf({ tenant: scope.tenant, id: '' });
    return this.#parts.memory.deleteWhere(
      (address, { tags }) =>
        address.startsWith(prefix) &&
        matches({ tenant: scope.tenant, id: address.slice(prefix.length) }, tags),
    );
  }

  /** From memory only. */
  forgetAll(): void {
    this.#removals++;
    this.#parts.memory.deleteWhere((address) => address.startsWith(this.#prefix));
  }

  #keep(address: string, entry: ValueEntry): void {
    this.#parts.memory.set(address, entry, this.#parts.options.bytesOf(entry.value as Value));
  }

  #living(address: string, entry: ValueEntry, removals: number): ValueEntry | undefined {
    const { life, clock } = this.#parts;
    if (life.age(entry, clock.now()) === 'dead') return undefined;
    if (removals === this.#removals) this.#keepNewer(address, entry);
    return entry;
  }

  #keepNewer(address: string, entry: ValueEntry): void {
    const known = this.#parts.memory.get(address);
    if (known?.kind !== 'value' || known.storedAtMs < entry.storedAtMs) this.#keep(address, entry);
  }

  #grow(key: CacheKey, entry: ValueEntry, nowMs: number): void {
    const life = this.#parts.life.grown(entry, entry.reads, nowMs);
    if (life === undefined) return;
    entry.freshUntilMs = life.freshUntilMs;
    entry.keepUntilMs = life.keepUntilMs;
    this.#parts.shared?.touch(key, { ...life, reads: entry.reads });
  }
}
