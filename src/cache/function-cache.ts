import { MEGABYTE, NaraeError } from '../core/index.js';
import { approximateBytes } from './approximate-bytes.js';
import { type CacheKey, namedKey } from './key.js';
import { openCaches } from './open-caches.js';
import type { Cache, CacheOptions, CacheStatistics, Caches, Found } from './spec.js';
import { openEmbeddedTier } from './stores/embedded/index.js';
import type { SharedTier } from './tier.js';

const DEFAULT_TENANT = 'default';

export interface CreateCacheOptions {
  /** Memory that all functions of the cache share. Default 64. */
  readonly memoryLimitMb?: number;
  /** A file that keeps values over restarts, for functions that have a name. Default: memory only. */
  readonly file?: string;
  /** Default 256. */
  readonly fileLimitMb?: number;
}

/** What a hook hears. `key` is the name that `key` gave. */
export interface CachedCall<Value> {
  readonly key: string;
  readonly tenant: string;
  readonly outcome: Found<Value>['outcome'];
  readonly value: Value;
}

export interface CachedFunctionOptions<Args extends unknown[], Value>
  extends Pick<
    CacheOptions<Value>,
    | 'ttlMs'
    | 'ttlJitter'
    | 'growth'
    | 'staleWhileRevalidateMs'
    | 'staleIfErrorMs'
    | 'earlyRefreshRatio'
    | 'negativeTtlMs'
    | 'costOf'
  > {
  /** The name of a call's entry, such as `user_42`; equal names share a value. */
  readonly key: (...args: Args) => string;
  /** Default: the function's own name. A function without one is kept in memory only. */
  readonly name?: string;
  /** Raise it when values change their shape. Default 1. */
  readonly version?: number;
  /** Whose entry it is. Default `default`. */
  readonly tenant?: string | ((...args: Args) => string);
  /** Names by which entries can be dropped together. */
  readonly tags?: (...args: Args) => readonly string[];
  /** Bytes that a value takes in memory. Default: estimated from its parts. */
  readonly bytesOf?: (value: Value) => number;
  /** Checks what comes from the file. Default: anything. */
  readonly isValue?: (candidate: unknown) => candidate is Value;
  /** A value was there, or another caller's was shared. A hook that throws or rejects is not heard. */
  readonly onHit?: (call: CachedCall<Value>) => void;
  /** The function ran. */
  readonly onMiss?: (call: CachedCall<Value>) => void;
  /** The function failed, and the caller with it. */
  readonly onError?: (error: unknown, key: string) => void;
}

/** Calls like the function; twins share one run. */
export interface CachedFunction<Args extends unknown[], Value> {
  (...args: Args): Promise<Value>;
  /** Runs the function whatever is kept, and keeps what comes. */
  fresh(...args: Args): Promise<Value>;
  /** Drops the entry of these arguments. */
  invalidate(...args: Args): Promise<void>;
  statistics(): CacheStatistics;
}

/** Caches for functions, bounded in bytes together. */
export interface FunctionCache extends AsyncDisposable {
  /** Throws `invalid_request` for options that make no sense, or a name that is taken. */
  cached<Args extends unknown[], Value>(
    fn: (...args: Args) => Promise<Value>,
    options: CachedFunctionOptions<Args, Value>,
  ): CachedFunction<Args, Value>;
  /** Drops entries of all functions by a glob on their names: `user_*`. Gives how many, as far as is known. */
  invalidatePattern(pattern: string, tenant?: string): Promise<number>;
  invalidateTag(tag: string, tenant?: string): Promise<number>;
  invalidateTenant(tenant: string): Promise<number>;
  /** By function. */
  statistics(): Readonly<Record<string, CacheStatistics>>;
  /** Writes what waits. Idempotent. */
  close(): Promise<void>;
}

export function createCache(options: CreateCacheOptions = {}): FunctionCache {
  const { memoryLimitMb = 64, file, fileLimitMb = 256 } = options;
  const shared =
    file === undefined ? undefined : openEmbeddedTier({ path: file, limitBytes: fileLimitMb * MEGABYTE });
  const caches = openCaches({ memoryLimitBytes: memoryLimitMb * MEGABYTE }, shared && { shared });
  return new FunctionCaches(caches, shared);
}

class FunctionCaches implements FunctionCache {
  readonly #caches: Caches;
  readonly #shared: SharedTier | undefined;
  #unnamed = 0;

  constructor(caches: Caches, shared: SharedTier | undefined) {
    this.#caches = caches;
    this.#shared = shared;
  }

  cached<Args extends unknown[], Value>(
    fn: (...args: Args) => Promise<Value>,
    options: CachedFunctionOptions<Args, Value>,
  ): CachedFunction<Args, Value> {
    const name = options.name ?? kebab(fn.name);
    const cache = this.#caches.create<Value>({
      version: 1,
      bytesOf: approximateBytes,
      isValue: isAnything,
      ...options,
      name: name === '' ? `function-${++this.#unnamed}` : name,
      ...(name === '' && { tiers: 'memory' }),
    });
    return wrap(fn, options, cache);
  }

  invalidatePattern(pattern: string, tenant = DEFAULT_TENANT): Promise<number> {
    return this.#invalidate({ tenant, pattern });
  }

  invalidateTag(tag: string, tenant = DEFAULT_TENANT): Promise<number> {
    return this.#invalidate({ tenant, tag });
  }

  invalidateTenant(tenant: string): Promise<number> {
    return this.#invalidate({ tenant });
  }

  statistics(): Readonly<Record<string, CacheStatistics>> {
    return this.#caches.statistics();
  }

  async close(): Promise<void> {
    await this.#caches.close();
    await this.#shared?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #invalidate(scope: Parameters<Caches['invalidate']>[1]): Promise<number> {
    const names = Object.keys(this.#caches.statistics());
    const counts = await Promise.all(names.map((name) => this.#caches.invalidate(name, scope)));
    return counts.reduce((sum, count) => sum + count, 0);
  }
}

function wrap<Args extends unknown[], Value>(
  fn: (...args: Args) => Promise<Value>,
  options: CachedFunctionOptions<Args, Value>,
  cache: Cache<Value>,
): CachedFunction<Args, Value> {
  const keyOf = (name: string, args: Args): CacheKey => namedKey(tenantOf(options, args), name);
  const call = async (args: Args, forceNew: boolean): Promise<Value> => {
    const name = options.key(...args);
    const key = keyOf(name, args);
    try {
      const tags = options.tags?.(...args) ?? [];
      const found = await cache.getOrCompute(key, () => fn(...args), { tags, forceNew });
      tell(options, { key: name, tenant: key.tenant, outcome: found.outcome, value: found.value });
      return found.value;
    } catch (error) {
      unheard(() => options.onError?.(error, name));
      throw error;
    }
  };
  return Object.assign((...args: Args) => call(args, false), {
    fresh: (...args: Args) => call(args, true),
    invalidate: async (...args: Args) => cache.delete(keyOf(options.key(...args), args)),
    statistics: () => cache.statistics(),
  });
}

function tell<Args extends unknown[], Value>(
  { onHit, onMiss }: CachedFunctionOptions<Args, Value>,
  call: CachedCall<Value>,
): void {
  const hook = call.outcome === 'miss' || call.outcome === 'bypass' ? onMiss : onHit;
  unheard(() => hook?.(call));
}

/** A hook must not change what its caller gets. One that is asynchronous must not end the process either. */
function unheard(hook: () => unknown): void {
  try {
    const heard = hook();
    if (heard instanceof Promise) heard.catch(() => {});
  } catch {
    // Its own affair.
  }
}

function tenantOf<Args extends unknown[], Value>(
  { tenant = DEFAULT_TENANT }: CachedFunctionOptions<Args, Value>,
  args: Args,
): string {
  const name = typeof tenant === 'string' ? tenant : tenant(...args);
  if (typeof name !== 'string') throw new NaraeError('cache_scope_missing', { field: 'tenant' });
  return name;
}

function isAnything<Value>(_candidate: unknown): _candidate is Value {
  return true;
}

function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
