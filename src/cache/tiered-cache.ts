import type { Clock } from '../core/index.js';
import { checkStoreOptions } from './check-options.js';
import type { Entries, FoundTier } from './entries.js';
import type { CacheKey } from './key.js';
import type { LifeRules } from './life.js';
import type { MemoryEntry, ValueEntry } from './memory/entry.js';
import type { Compute, Order, Producer } from './producer.js';
import { scopeTest, toTierScope } from './scope.js';
import type { SharedRead } from './shared/shared-side.js';
import type {
  Cache,
  CacheOptions,
  CacheScope,
  CacheStatistics,
  ComputeOptions,
  Found,
  StoreOptions,
} from './spec.js';
import type { Counters } from './statistics.js';
import type { TierNews, TierScope } from './tier.js';

export interface TieredCacheParts<Value> {
  readonly options: CacheOptions<Value>;
  readonly entries: Entries<Value>;
  readonly producer: Producer<Value>;
  readonly life: LifeRules;
  readonly counters: Counters;
  readonly clock: Clock;
}

const DONE = Promise.resolve();

/** One cache over both tiers. What memory holds is answered at once; everything else is the producer's. */
export class TieredCache<Value> implements Cache<Value> {
  readonly name: string;
  readonly #parts: TieredCacheParts<Value>;

  constructor(parts: TieredCacheParts<Value>) {
    this.#parts = parts;
    this.name = parts.options.name;
  }

  peek(key: CacheKey): Found<Value> | undefined {
    const { entries, clock } = this.#parts;
    const entry = entries.inMemory(entries.addressOf(key));
    return entry && this.#fresh(key, entry, clock.now(), 'memory');
  }

  get(key: CacheKey, signal?: AbortSignal, sharedDeadlineMs?: number): Promise<Found<Value> | undefined> {
    const { entries, clock } = this.#parts;
    const address = entries.addressOf(key);
    const entry = entries.inMemory(address);
    const found = entry && this.#fresh(key, entry, clock.now(), 'memory');
    if (found !== undefined) return Promise.resolve(found);
    return this.#fromShared({ key, address, signal, deadlineMs: sharedDeadlineMs });
  }

  async getStale(key: CacheKey, signal?: AbortSignal): Promise<Found<Value> | undefined> {
    const { entries, life, clock } = this.#parts;
    const address = entries.addressOf(key);
    const known = entries.inMemory(address);
    const inMemory = known?.kind === 'value' && life.age(known, clock.now()) !== 'dead' ? known : undefined;
    const entry = inMemory ?? (await entries.inShared({ key, address, signal }, (found) => found));
    return entry && this.#give(key, entry, inMemory ? 'memory' : 'shared');
  }

  set(key: CacheKey, value: Value, options: StoreOptions = {}): Promise<void> {
    checkStoreOptions(options);
    const { entries, producer } = this.#parts;
    const address = entries.addressOf(key);
    producer.outdate(address);
    return entries.store(key, address, entries.make(value, options)) ?? DONE;
  }

  getOrCompute(
    key: CacheKey,
    compute: Compute<Value>,
    options: ComputeOptions<Value> = {},
  ): Promise<Found<Value>> {
    const { entries, producer } = this.#parts;
    const address = entries.addressOf(key);
    const order = { key, address, compute, options };
    if (options.forceNew) return producer.bypass(order);
    const entry = entries.inMemory(address);
    return entry === undefined ? producer.produce(order) : this.#fromMemory(order, entry);
  }

  async delete(key: CacheKey): Promise<void> {
    const { entries, producer } = this.#parts;
    const address = entries.addressOf(key);
    producer.outdate(address);
    await entries.delete(key, address);
  }

  async invalidate(scope: CacheScope): Promise<number> {
    const tierScope = toTierScope(this.name, scope);
    this.#outdate(tierScope);
    return this.#parts.entries.invalidate(tierScope);
  }

  statistics(): CacheStatistics {
    return this.#parts.counters.snapshot();
  }

  /** Makes memory follow what another node did. */
  hear(news: TierNews): void {
    const { entries, producer, options } = this.#parts;
    switch (news.kind) {
      case 'changed': {
        if (news.address.cache !== this.name) return;
        entries.forget(entries.addressOf(news.address));
        return;
      }
      case 'invalidated':
        if (news.scope.cache !== this.name) return;
        this.#outdate(news.scope);
        entries.forgetScope(news.scope);
        return;
      case 'lost':
        if (options.coherence !== 'tracked') return;
        producer.outdateWhere(() => true);
        entries.forgetAll();
    }
  }

  /** Ends computations; their callers get `closing`. */
  close(): void {
    this.#parts.producer.close();
  }

  #fromMemory(order: Order<Value>, entry: MemoryEntry): Promise<Found<Value>> {
    const nowMs = this.#parts.clock.now();
    if (entry.kind === 'value') return this.#fromValue({ ...order, known: entry }, entry, nowMs);
    if (nowMs >= entry.keepUntilMs) return this.#parts.producer.produce(order);
    this.#parts.counters.read('negative');
    return Promise.reject(entry.error);
  }

  #fromValue(order: Order<Value>, entry: ValueEntry, nowMs: number): Promise<Found<Value>> {
    const { entries, producer, life } = this.#parts;
    const age = life.age(entry, nowMs);
    const rests = nowMs < entry.retryAtMs;
    if (age === 'fresh') {
      if (!rests && life.refreshesEarly(entry, nowMs)) producer.refresh(order);
      return Promise.resolve(entries.hit(order.key, entry, nowMs, 'memory'));
    }
    if (age === 'dead' || (age === 'stand-in' && !rests)) return producer.produce(order);
    if (!rests) producer.refresh(order);
    return Promise.resolve(entries.give(entry, 'stale', 'memory'));
  }

  #fromShared(read: SharedRead): Promise<Found<Value> | undefined> {
    const { entries, clock, counters } = this.#parts;
    return entries.inShared(read, (entry) => {
      const found = entry && this.#fresh(read.key, entry, clock.now(), 'shared');
      if (found === undefined) counters.read('miss');
      return found;
    });
  }

  #fresh(key: CacheKey, entry: MemoryEntry, nowMs: number, tier: FoundTier): Found<Value> | undefined {
    if (entry.kind !== 'value' || nowMs >= entry.freshUntilMs) return undefined;
    return this.#parts.entries.hit(key, entry, nowMs, tier);
  }

  #give(key: CacheKey, entry: ValueEntry, tier: 'memory' | 'shared'): Found<Value> {
    const { entries, life, clock } = this.#parts;
    const nowMs = clock.now();
    return life.age(entry, nowMs) === 'fresh'
      ? entries.hit(key, entry, nowMs, tier)
      : entries.give(entry, 'stale', tier);
  }

  #outdate(scope: TierScope): void {
    const matches = scopeTest(scope);
    this.#parts.producer.outdateWhere(({ key, tags }) => matches(key, tags));
  }
}
