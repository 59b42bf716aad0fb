import { type Clock, NaraeError, systemClock, toNaraeError } from '../core/index.js';
import type { EventSink } from '../observe/index.js';
import type { Leases } from '../redis/spec.js';
import { checkCacheOptions, checkMemoryLimit } from './check-options.js';
import { ComputeRights } from './compute-rights.js';
import { Entries } from './entries.js';
import { LifeRules, type Random } from './life.js';
import { Memory } from './memory/memory.js';
import type { CachesOptions } from './options.js';
import { Producer } from './producer.js';
import { SharedSide } from './shared/shared-side.js';
import { WriteBehind } from './shared/write-behind.js';
import type { Cache, CacheOptions, CacheScope, CacheStatistics, Caches } from './spec.js';
import { Counters } from './statistics.js';
import type { SharedTier, SharedTierSize } from './tier.js';
import { TieredCache } from './tiered-cache.js';

export interface CachesParts {
  /** Stays the caller's to close, after the caches. */
  readonly shared?: SharedTier;
  readonly clock?: Clock;
  readonly emit?: EventSink;
  /** For one computation at a time over all nodes. */
  readonly leases?: Leases;
  readonly random?: Random;
}

/** Opens the caches of a process. Throws `invalid_request` for a limit that makes no sense. */
export function openCaches(options: CachesOptions, parts: CachesParts = {}): Caches {
  checkMemoryLimit(options.memoryLimitBytes);
  return new ProcessCaches(options, parts);
}

type AnyCache = Pick<TieredCache<unknown>, 'invalidate' | 'statistics' | 'hear' | 'close'>;

class ProcessCaches implements Caches {
  readonly #parts: CachesParts;
  readonly #memory: Memory;
  readonly #writes: WriteBehind | undefined;
  readonly #rights: ComputeRights | undefined;
  readonly #caches = new Map<string, AnyCache>();
  readonly #following: Promise<() => void>[] = [];
  #closing: Promise<void> | undefined;

  constructor({ memoryLimitBytes }: CachesOptions, parts: CachesParts) {
    this.#parts = parts;
    this.#memory = new Memory(memoryLimitBytes);
    this.#writes = parts.shared && new WriteBehind(parts.shared);
    this.#rights = parts.leases && new ComputeRights(parts.leases);
  }

  create<Value>(options: CacheOptions<Value>): Cache<Value> {
    checkCacheOptions(options);
    if (this.#caches.has(options.name))
      throw new NaraeError('invalid_request', {
        values: { reason: `There is a cache named "${options.name}" already.` },
        field: 'name',
      });
    const cache = this.#make(options);
    this.#caches.set(options.name, cache);
    this.#follow(options, cache);
    return cache;
  }

  statistics(): Readonly<Record<string, CacheStatistics>> {
    return Object.fromEntries([...this.#caches].map(([name, cache]) => [name, cache.statistics()]));
  }

  async invalidate(name: string, scope: CacheScope): Promise<number> {
    const cache = this.#caches.get(name);
    if (cache === undefined)
      throw new NaraeError('cache_not_found', {
        values: { cache: name, known: [...this.#caches.keys()].join(', ') },
      });
    return cache.invalidate(scope);
  }

  sharedSize(): SharedTierSize | undefined {
    return this.#parts.shared?.size();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const cache of this.#caches.values()) cache.close();
    for (const following of this.#following) (await following)();
    await this.#writes?.close();
    this.#memory.clear();
  }

  #follow(
    { name, tiers, coherence }: Pick<CacheOptions<unknown>, 'name' | 'tiers' | 'coherence'>,
    cache: AnyCache,
  ): void {
    const { shared, emit } = this.#parts;
    if (shared === undefined || tiers === 'memory') return;
    const following = shared.follow(coherence === 'tracked' ? [name] : [], (news) => cache.hear(news));
    const unheard = (cause: unknown): (() => void) => {
      const { code, message } = toNaraeError(cause);
      emit?.({ type: 'error', code, message, cause });
      return () => {};
    };
    this.#following.push(following.catch(unheard));
  }

  #make<Value>(options: CacheOptions<Value>): TieredCache<Value> {
    const { clock = systemClock, emit, random = Math.random } = this.#parts;
    const counters = new Counters(options.name, emit);
    const life = new LifeRules(options, random);
    const shared = this.#sharedSide(options, counters);
    const entries = new Entries({ options, memory: this.#memory, shared, life, counters, clock });
    const rights = shared && options.leased !== false ? this.#rights : undefined;
    const producer = new Producer({ options, entries, life, clock, rights });
    return new TieredCache({ options, entries, producer, life, counters, clock });
  }

  #sharedSide<Value>(options: CacheOptions<Value>, counters: Counters): SharedSide<Value> | undefined {
    const { shared } = this.#parts;
    if (options.tiers === 'memory' || shared === undefined || this.#writes === undefined) return undefined;
    return new SharedSide(options, shared, this.#writes, counters);
  }
}
